import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { BATCH_LIMIT } from '@hindsight/domain';
import { DATE_FORMATS, KINDS } from '@hindsight/import';
import { append } from './commands/append';
import { exportCommand } from './commands/export';
import { importCommand } from './commands/import';
import { events, state, timeline } from './commands/read';
import { repair } from './commands/repair';
import { tail } from './commands/tail';
import { transfer } from './commands/transfer';
import { undo } from './commands/undo';
import { verify, type VerifyOptions } from './commands/verify';
import { checkViews } from './commands/views';
import { completion, SHELLS } from './completion';
import { EXIT } from './exit';
import { WHATS } from './export/rows';
import { FORMATS } from './export/writer';
import * as options from './options';
import { across } from './program-across';
import { explaining } from './program-explain';
import { say } from './output';

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok} done   ${EXIT.refused} refused, or not found   ${EXIT.usage} wrong usage   ${EXIT.unreachable} no response, or a server error
  ${EXIT.difference} inconsistencies found   ${EXIT.output} output lost   ${EXIT.internal} a bug   ${EXIT.interrupted} interrupted`;

const examples = (name: string): string => `
Examples:
  ${name} append lamp '{"eventType":"productReceived","quantity":150,"unitPrice":"$4"}'
  ${name} dry-run lamp '{"eventType":"productShipped","quantity":50,"effectiveAt":"2026-11-18T15:00:00Z"}'
  ${name} state lamp --as-of 2026-11-17 --tz Europe/Berlin
  ${name} undo lamp s1 --reason 'typo'
  ${name} transfer lamp@warehouse lamp@shop 20
  ${name} tail lamp --until-now
  HINDSIGHT_URL=https://api.example.com HINDSIGHT_TOKEN=… ${name} events lamp --json`;

const IMPORT_EXIT_CODES = `
Exit codes: ${EXIT.ok} everything is as the file says; ${EXIT.refused} an event was refused, or a product does not match the file;
${EXIT.usage} wrong usage, or a file that can't be read; ${EXIT.unreachable} no server or table; ${EXIT.difference} what is stored is inconsistent;
${EXIT.interrupted} interrupted. After an interruption the same command goes on where it stopped.`;

const PRODUCT = ['<product>', 'the product id'] as const;

function appending(program: Command): void {
  for (const dryRun of [false, true]) {
    const command = program
      .command(dryRun ? 'dry-run' : 'append')
      .description(
        dryRun ? 'what append would respond; stores nothing' : 'store an event, or several at once',
      )
      .argument(...PRODUCT)
      .argument('[event]', 'an event as JSON, or an array of up to 25, stored together or not at all')
      .option('-f, --file <file>', 'read the event from a file; - for standard input');
    options
      .withConditions(command)
      .action((product: string, event: string | undefined, given: Parameters<typeof append>[2]) =>
        append(product, event, { ...given, dryRun }),
      );
  }
  const command = program
    .command('undo')
    .description('retract an event: it counts as if it had never happened')
    .argument(...PRODUCT)
    .argument('<event>', 'the id of the event')
    .option('--reason <text>', 'why, kept with the retraction')
    .option('--dry-run', 'what it would change; stores nothing');
  options.withConditions(command).action(undo);
  options
    .withPolicy(options.withResponse(program.command('transfer')))
    .description('ship from one product and receive at another, both or neither')
    .argument('<from>', 'the product that it is taken from')
    .argument('<to>', 'the product that it is added to')
    .argument('<quantity>', 'how much')
    .option('--effective-at <time>', 'when it happened, RFC 3339; absent: now')
    .option('--event-id <id>', 'id of both events: with the same id it is stored once')
    .option('--reason <text>', 'why, kept with both events')
    .option('--dry-run', 'what it would change; stores nothing')
    .action(transfer);
}

function reading(program: Command): void {
  const stateCommand = program
    .command('state')
    .description('the state now, or at any moment, as known at any moment')
    .argument(...PRODUCT)
    .option('--as-of <time>', 'the effective time: RFC 3339, or a date: the end of that day');
  options.withKnown(options.withResponse(stateCommand)).action(state);
  options
    .withPages(
      program
        .command('events')
        .description('list events')
        .argument(...PRODUCT),
    )
    .addOption(
      new Option('--order <order>', 'sort order: as recorded, or as they count').choices([
        'recorded',
        'effective',
      ]),
    )
    .option('--type <type...>', 'only these types')
    .action(events);
  options
    .withPages(
      program
        .command('timeline')
        .description('the states by effective time')
        .argument(...PRODUCT),
    )
    .action(timeline);
  explaining(program);
  options
    .withResponse(program.command('tail'))
    .description('the events as they are recorded, and what late ones changed; until Ctrl-C')
    .argument(...PRODUCT)
    .option('--after <version>', 'begin after this version; 0: at the first event', options.whole)
    .option('--until-now', 'end after the newest event, and show the resulting stock')
    .option('--no-adjustments', 'events alone')
    .option('--count <n>', 'end after so many messages', options.whole)
    .action(tail);
}

function files(program: Command): void {
  options
    .withTable(options.withService(program.command('import')))
    .addOption(options.zoneOption())
    .description(
      'load a file of sales, receipts, movements, counts or events, then compare every product with it',
    )
    .argument('<file>', 'a CSV file or a file of JSON events, which may be packed (gzip, ZIP)')
    .option('--dry-run', 'read the file, list every line that is refused, and send nothing')
    .addOption(new Option('--kind <kind>', 'what the lines are').choices([...KINDS]))
    .option('--map <field=column...>', 'which column is which, such as quantity=Qty; field= for none')
    .option('--at <time>', 'when the lines without a time happened: RFC 3339, or a date')
    .option('--delimiter <character>', 'what separates the columns; tab for a tab')
    .addOption(new Option('--decimal <mark>', 'the decimal mark').choices(['.', ',']))
    .addOption(new Option('--dates <format>', 'how dates are written').choices([...DATE_FORMATS]))
    .option('--encoding <name>', 'the encoding, such as windows-1252 or utf-16le')
    .option('--currency <code>', 'the currency of the prices that name none', options.currency)
    .addOption(
      new Option('--on-conflict <policy>', 'what to do if stock would go negative')
        .choices(['reject', 'flag'])
        .default('reject'),
    )
    .addOption(options.onLate())
    .option('--skip-refused', 'import the other lines if some are refused')
    .option('-y, --yes', 'in a terminal: do not ask')
    .option('--direct', 'write straight into the data folder or the table, without the server')
    .option('--keep-recorded', 'restore an export of events with its recorded times; with --direct')
    .option('--limit <n>', 'only the first n lines', options.wholeFrom1To(Number.MAX_SAFE_INTEGER))
    .option('--concurrency <n>', 'products at a time, 1 to 64', options.wholeFrom1To(64), 4)
    .option(
      '--batch <n>',
      `events in one append, 1 to ${BATCH_LIMIT}`,
      options.wholeFrom1To(BATCH_LIMIT),
      BATCH_LIMIT,
    )
    .addHelpText('after', IMPORT_EXIT_CODES)
    .action(importCommand);
  options
    .withTable(options.withService(program.command('export')))
    .addOption(options.zoneOption().default('UTC'))
    .description('write events, stock, ledgers or the feed to a file, all as known at one moment')
    .addArgument(new Argument('<what>', 'what to export').choices(WHATS))
    .argument('[product...]', 'these products; absent: all')
    .option('-o, --output <file>', 'the file to write; absent: the standard output')
    .addOption(
      new Option('--format <format>', 'absent: as the name of the file says, else ndjson').choices([
        ...FORMATS,
      ]),
    )
    .option('--as-of <time>', 'stock and ledgers up to this effective time: RFC 3339, or a date; absent: now')
    .option('--known-at <time>', 'as known at this recorded time; absent: now')
    .option('--direct', 'read straight from the data folder or the table, without the server')
    .action(exportCommand);
}

function maintenance(program: Command): void {
  options
    .withTable(program.command('verify'))
    .description('check everything that is stored, straight from the table, against the definition')
    .argument('[product]', 'one product; absent: the whole table')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `\nExit code ${EXIT.difference}: inconsistencies found; the first one per product is printed.`,
    )
    .option('--views', 'instead, compare feed and catalog with the log')
    .option('--export <file>', 'instead, compare the log with a file of `export events` (ndjson or json)')
    .action((product: string | undefined, given: VerifyOptions & { views?: true }) =>
      given.views ? checkViews(given) : verify(product, given),
    );
  options
    .withTable(program.command('repair'))
    .description('rebuild the stored states that make reads fast; the log itself is never changed')
    .argument('[product]', 'one product')
    .option('--all', 'every product of the table')
    .option('--json', 'the report as JSON')
    .action(repair);
}

/** @returns the version of the package */
function versionOf(): string {
  const text = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Commander's message about wrong usage; for an unknown command, with the list of commands. */
function explained(text: string, program: Command): string {
  const said = text.replace(/^error: /, 'hindsight: ');
  if (!said.includes('unknown command')) return said;
  return `${said}Commands: ${program.commands.map((command) => command.name()).join(', ')}\n`;
}

/**
 * The command line, to be parsed. It throws CommanderError for wrong usage, and Failure.
 * @param name of the command, as it was called
 * @param how `quiet`: leave it to the caller to report wrong usage
 */
export function createProgram(name: string, { quiet }: { readonly quiet: boolean }): Command {
  const program = new Command(name)
    .description('Product inventory as a log of events: the state at any moment, as known at any moment.')
    .version(versionOf(), '--version', 'the version of this program')
    .addHelpText('after', EXIT_CODES + '\n' + examples(name))
    .showHelpAfterError(`Run \`${name} --help\` for usage`)
    .configureOutput({
      writeErr: (text) => {
        if (!quiet) process.stderr.write(text);
      },
      outputError: (text, write) => write(explained(text, program)),
    })
    .enablePositionalOptions()
    .exitOverride();
  appending(program);
  reading(program);
  across(program);
  files(program);
  maintenance(program);
  program
    .command('completion')
    .description('a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: string) => say(completion(shell, name, program)));
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}
