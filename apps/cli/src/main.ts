import { CommanderError } from 'commander';
import { EXIT, Failure } from './exit';
import { createProgram } from './program';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
// Whoever reads the output may go away, as in `hindsight events lamp | head`.
process.stdout.on('error', () => process.exit(EXIT.ok));

async function main(): Promise<void> {
  const program = createProgram();
  if (process.argv.length <= 2) {
    program.outputHelp();
    process.exitCode = EXIT.usage;
    return;
  }
  await program.parseAsync();
}

main().catch((error: unknown) => {
  // Commander has said what is wrong already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else if (error instanceof Failure) {
    process.stderr.write(`hindsight: ${error.message}\n`);
    process.exitCode = error.code;
  } else throw error;
});
