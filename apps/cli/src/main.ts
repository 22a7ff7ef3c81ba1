import { basename } from 'node:path';
import { CommanderError } from 'commander';
import { EXIT, Failure } from './exit';
import { complain } from './output';
import { createProgram } from './program';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Programs that request JSON get JSON on both streams, and nothing else. */
const json = process.argv.includes('--json');
const name = basename(process.argv[1] ?? 'hindsight').replace(/\.[cm]?js$/, '');

/** A closed pipe, as in `hindsight events lamp | head`, is not an error. Any other lost output is. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok);
  complain(report(new Failure(`the output can't be written: ${error.message}`, EXIT.output)).text);
  process.exit(EXIT.output);
});
process.stderr.on('error', () => undefined);

/** Node decodes invalid UTF-8 in arguments to U+FFFD; the original bytes are lost. */
function checkArguments(args: readonly string[]): void {
  const index = args.findIndex((text) => text.includes('\u{FFFD}'));
  if (index < 0) return;
  const place = (args[index] ?? '').indexOf('\u{FFFD}') + 1;
  throw new Failure(
    `argument ${index + 1} is not UTF-8 at character ${place}; give an event with this character by --file`,
    EXIT.usage,
  );
}

/** How an error is reported, and the exit code. */
function report(error: unknown): { text: string; code: number } {
  const asJson = (value: unknown): string => JSON.stringify(value, null, 2);
  if (error instanceof Failure) {
    const { message, code, problem } = error;
    return { code, text: json ? asJson(problem ?? { title: message }) : `hindsight: ${message}` };
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { code: EXIT.ok, text: '' };
    // Commander has already reported it, unless JSON was requested.
    return { code: EXIT.usage, text: json ? asJson({ title: error.message.replace(/^error: /, '') }) : '' };
  }
  const { stack, message } = error instanceof Error ? error : new Error(String(error));
  const text = `hindsight: this is a bug: ${stack ?? message}`;
  return { code: EXIT.internal, text: json ? asJson({ title: message, stack }) : text };
}

async function main(): Promise<void> {
  const program = createProgram(name, { quiet: json });
  checkArguments(process.argv.slice(2));
  if (process.argv.length <= 2) {
    program.outputHelp();
    process.exitCode = EXIT.usage;
    return;
  }
  await program.parseAsync();
}

main().catch((error: unknown) => {
  const { text, code } = report(error);
  if (text !== '') complain(text);
  process.exitCode = code;
});
