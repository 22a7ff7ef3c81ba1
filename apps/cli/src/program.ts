import { Command, InvalidArgumentError, Option } from 'commander';
import { BATCH_LIMIT } from '@hindsight/domain';
import { append } from './commands/append';
import { importCommand } from './commands/import';
import { events, state, timeline } from './commands/read';
import { tail } from './commands/tail';
import { verify } from './commands/verify';
import { EXIT } from './exit';
import { DATA_DIR } from './table';

const EXAMPLES = `
Exit codes:
  0 done   1 refused, or not there   2 wrong usage   3 no answer   4 verify found a difference   130 interrupted

Examples:
  hindsight append lamp '{"eventType":"productReceived","quantity":150,"unitPrice":"$4"}'
  hindsight dry-run lamp '{"eventType":"productShipped","quantity":50,"effectiveAt":"2026-11-18T15:00:00Z"}'
  hindsight state lamp --as-of 2026-11-17T12:00:00Z --version 3
  hindsight tail lamp --after 0
  HINDSIGHT_URL=https://api.example.com HINDSIGHT_TOKEN=… hindsight events lamp --json`;

function whole(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

const wholeFrom1To =
  (most: number) =>
  (text: string): number => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : 0;
    if (value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };

/** Options of every command that talks to the service. */
const withService = (command: Command): Command =>
  command
    .addOption(new Option('--url <url>', 'the service').env('HINDSIGHT_URL').default('http://localhost:3000'))
    .addOption(new Option('--token <token>', 'sent as a bearer token').env('HINDSIGHT_TOKEN'));

const asking = (command: Command): Command =>
  withService(command).option('--json', 'the answer as JSON, for programs');

/** Options of every command that works on the table itself. */
const withTable = (command: Command): Command =>
  command
    .addOption(
      new Option('--data-dir <folder>', 'data folder of the local server, which may run or not')
        .env('DATA_DIR')
        .default(DATA_DIR),
    )
    .addOption(new Option('--table <name>', 'this table instead, in AWS').env('TABLE_NAME'))
    .addOption(
      new Option('--endpoint <url>', 'endpoint of the table, if it is not in AWS').env('DYNAMODB_ENDPOINT'),
    );

function appending(command: Command, dryRun: boolean): void {
  asking(command)
    .argument('<product>', 'the product id')
    .argument('[event]', 'an event as JSON, or an array of up to 25, stored together or not at all')
    .option('-f, --file <file>', 'read the event from a file; - for standard input')
    .addOption(new Option('--on-conflict <policy>', 'what a shortage means').choices(['reject', 'flag']))
    .option('--expect <version>', 'the version that must be found; 0: the product must be new', whole)
    .option('--key <key>', 'names events without an eventId, so that they can be sent again safely')
    .action((product: string, event: string | undefined, options: Parameters<typeof append>[2]) =>
      append(product, event, { ...options, dryRun }),
    );
}

function listing(command: Command): Command {
  return asking(command)
    .argument('<product>', 'the product id')
    .addOption(new Option('--direction <direction>', 'of the list').choices(['forward', 'backward']))
    .option('--limit <n>', 'items at once, up to 200', whole)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--from <time>', 'from this time on, RFC 3339')
    .option('--to <time>', 'before this time')
    .option('--known-at <time>', 'as it was known at this recorded time')
    .option('--version <version>', 'as it was known through this version', whole);
}

function reading(program: Command): void {
  asking(program.command('state'))
    .description('the state now, or at any moment, as known at any moment')
    .argument('<product>', 'the product id')
    .option('--as-of <time>', 'the effective time, RFC 3339')
    .option('--known-at <time>', 'as it was known at this recorded time')
    .option('--version <version>', 'as it was known through this version', whole)
    .action(state);
  listing(program.command('events'))
    .description('the events, as recorded or as they count')
    .addOption(new Option('--order <order>', 'which').choices(['recorded', 'effective']))
    .option('--type <type...>', 'only these types')
    .action(events);
  listing(program.command('timeline')).description('the states by effective time').action(timeline);
  asking(program.command('tail'))
    .description('the events as they come, and what late ones changed; until Ctrl-C')
    .argument('<product>', 'the product id')
    .option('--after <version>', 'begin after this version; 0: at the first event', whole)
    .option('--no-adjustments', 'events alone')
    .option('--count <n>', 'end after so many messages', whole)
    .action(tail);
}

const IMPORT_EXIT_CODES = `
Exit codes: ${EXIT.ok} everything is as the file says; ${EXIT.refused} an event was refused, or a product does not match the file;
${EXIT.usage} wrong usage, or a file that can't be read; ${EXIT.unreachable} no server or table; ${EXIT.difference} what is stored is inconsistent;
${EXIT.interrupted} interrupted. After an interruption the same command goes on where it stopped.`;

function maintenance(program: Command): void {
  withTable(withService(program.command('import')))
    .description('load a CSV file of retail lines, then compare every product with the file')
    .argument('<file>', 'a CSV file, which may be compressed (.gz)')
    .option('--direct', 'write straight into the data folder or the table, without the server')
    .option('--limit <n>', 'only the first n lines', wholeFrom1To(Number.MAX_SAFE_INTEGER))
    .option('--concurrency <n>', 'products at a time, 1 to 64', wholeFrom1To(64), 4)
    .option(
      '--batch <n>',
      `events in one append, 1 to ${BATCH_LIMIT}`,
      wholeFrom1To(BATCH_LIMIT),
      BATCH_LIMIT,
    )
    .addHelpText('after', IMPORT_EXIT_CODES)
    .action(importCommand);
  withTable(program.command('verify'))
    .description('check everything that is stored, straight from the table, against the definition')
    .argument('[product]', 'one product; absent: the whole table')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `\nExit code ${EXIT.difference}: inconsistencies found; the first one per product is printed.`,
    )
    .action(verify);
}

/** The command line, to be parsed. It throws CommanderError for wrong usage, and Failure. */
export function createProgram(): Command {
  const program = new Command('hindsight')
    .description('Product inventory as a log of events: the state at any moment, as known at any moment.')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(hindsight --help, or hindsight COMMAND --help, tells more)')
    .enablePositionalOptions()
    .exitOverride();
  appending(program.command('append').description('store an event, or several at once'), false);
  appending(program.command('dry-run').description('what append would answer; stores nothing'), true);
  reading(program);
  maintenance(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}
