import { InvalidArgumentError, Option, type Command } from 'commander';
import { timeZoneOf } from '@hindsight/domain';
import { DATA_DIR } from './table';

export function whole(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

export const wholeFrom1To =
  (most: number) =>
  (text: string): number => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : 0;
    if (value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };

export function currency(text: string): string {
  if (/^[A-Z]{3}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an ISO 4217 code, such as EUR.');
}

function region(text: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a region, such as eu-central-1.');
}

/** Options of every command that talks to the service. */
export const withService = (command: Command): Command =>
  command
    .addOption(new Option('--url <url>', 'the service').env('HINDSIGHT_URL').default('http://localhost:3000'))
    .addOption(new Option('--token <token>', 'sent as a bearer token').env('HINDSIGHT_TOKEN'))
    .addOption(
      new Option(
        '--sigv4 <region>',
        'sign with the AWS credentials of this environment, for an API of this region',
      )
        .env('HINDSIGHT_SIGV4')
        .argParser(region)
        .conflicts('token'),
    );

/** Also for commands that print the service's response. */
export const withResponse = (command: Command): Command =>
  withService(command).option('--json', 'the response as JSON, for programs');

/** Options of every command that works on the table directly. */
export const withTable = (command: Command): Command =>
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

export function timeZone(name: string): string {
  if (timeZoneOf(name) !== undefined) return name;
  throw new InvalidArgumentError('It must be a time zone such as Europe/Berlin or +02:00.');
}

/** The option that sets the time zone of dates. */
export const zoneOption = (): Option =>
  new Option('--tz <zone>', 'time zone of dates without a time, such as Europe/Berlin or +02:00')
    .env('TIME_ZONE')
    .argParser(timeZone);

/** What to do with an event in a closed period. */
export const onLate = (): Option =>
  new Option(
    '--on-late <policy>',
    'in a closed period: refuse, record at the first open instant, or record all the same (if allowed)',
  ).choices(['reject', 'carry', 'reopen']);

/** The options that set what an append does against a rule, or in a closed period. */
export const withPolicy = (command: Command): Command =>
  command
    .addOption(
      new Option('--on-conflict <policy>', 'what to do if stock would go negative').choices([
        'reject',
        'flag',
      ]),
    )
    .addOption(onLate());

/** Options for the preconditions of an append. */
export const withConditions = (command: Command): Command =>
  withPolicy(withResponse(command))
    .option('--expect <version>', 'expected current version; 0 = must not exist', whole)
    .option('--key <key>', 'idempotency key for events without an eventId');

/** Options that select the record time, that is, the log as known at that time. */
export const withKnown = (command: Command): Command =>
  command
    .addOption(zoneOption())
    .option('--known-at <time>', 'as known at this recorded time')
    .option('--version <version>', 'as known through this version', whole);

/** Options of every command that lists. */
export const withPages = (command: Command): Command =>
  withKnown(
    withResponse(command)
      .addOption(new Option('--direction <direction>', 'direction').choices(['forward', 'backward']))
      .option('--limit <n>', 'items per page, up to 200', whole)
      .option('--cursor <cursor>', 'continue after the previous page')
      .option('--from <time>', 'from this time on: RFC 3339, or a date')
      .option('--to <time>', 'before this time; a date: through that day'),
  );
