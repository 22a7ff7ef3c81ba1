import type { Command } from 'commander';
import { diff } from './commands/diff';
import { explain } from './commands/explain';
import { lateness } from './commands/lateness';
import * as options from './options';

const PRODUCT = ['<product>', 'the product id'] as const;

/** The commands that say why a number is what it is. */
export function explaining(program: Command): void {
  const explainCommand = program
    .command('explain')
    .description('the ledger behind a quantity: every event since the last count, with its effect')
    .argument(...PRODUCT)
    .option('--as-of <time>', 'the effective time: RFC 3339, or a date: the end of that day')
    .option('--limit <n>', 'lines, 1 to 200', options.wholeFrom1To(200))
    .option('--cursor <cursor>', 'the lines before those of another page')
    .option('--csv <file>', 'write the whole ledger to a file');
  options.withKnown(options.withResponse(explainCommand)).action(explain);
  const diffCommand = program
    .command('diff')
    .description('what changed in an answer between two states of knowledge, event by event')
    .argument('[product]', 'the product id; absent: all products whose answers differ')
    .option('--as-of <time>', 'the effective time of the answer: RFC 3339, or a date: the end of that day')
    .option('--from <known>', 'what was known before: a version, a recorded time, or a date; absent: nothing')
    .option('--to <known>', 'what is known after: a version, a recorded time, or a date; absent: all')
    .option('--limit <n>', 'events, or products, 1 to 200', options.wholeFrom1To(200))
    .option('--cursor <cursor>', 'the page after another')
    .option('--csv <file>', 'write all of it to a file');
  options.withResponse(diffCommand).addOption(options.zoneOption()).action(diff);
  options
    .withResponse(program.command('lateness'))
    .description('how late the events of a product come, and how far its numbers moved afterward')
    .argument(...PRODUCT)
    .action(lateness);
}
