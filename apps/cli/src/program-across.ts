import { Option, type Command } from 'commander';
import { feed, products, stock } from './commands/across';
import { close, listClosings, reopenClosing, showClosing } from './commands/closings';
import { diffClosing } from './commands/diff';
import { rebuildViews } from './commands/views';
import * as options from './options';

/** The commands about all products. */
export function across(program: Command): void {
  const page = (command: Command): Command =>
    command
      .option('--limit <n>', 'items per page, up to 200', options.whole)
      .option('--cursor <cursor>', 'continue after the previous page');
  page(options.withResponse(program.command('products')))
    .description('list products with their current stock')
    .option('--prefix <text>', 'only product ids that begin so')
    .option('--name <text>', 'only products whose name contains this')
    .addOption(new Option('--status <status...>', 'only these').choices(['available', 'low', 'outOfStock']))
    .option('--below <quantity>', 'only quantities below this one')
    .option('--above <quantity>', 'only quantities above this one')
    .addOption(new Option('--sort <order>', 'sort order').choices(['productId', 'quantity', 'changed']))
    .action(products);
  page(options.withResponse(program.command('stock')))
    .addOption(options.zoneOption())
    .description('the stock of all products at a moment, as known at a moment')
    .option('--as-of <time>', 'the effective time: RFC 3339, or a date: the end of that day')
    .option(
      '--known-at <time>',
      'as known at this recorded time; settled: the last one whose answers are final',
    )
    .option('--csv <file>', 'write all of it to a file')
    .action(stock);
  page(options.withResponse(program.command('feed')))
    .description('the events of all products, in the order in which they were recorded')
    .option('--type <type...>', 'only these types')
    .option('--follow', 'go on with what is recorded later, until Ctrl-C')
    .action(feed);
  closing(program);
  const views = program.command('views').description('the lists of all products, derived from the log');
  options
    .withTable(views.command('rebuild'))
    .description('rebuild the rows of all products; the old rows answer until the new ones are complete')
    .option('--json', 'the report as JSON')
    .action(rebuildViews)
    .exitOverride()
    .copyInheritedSettings(program);
}

/** Commands that close periods, and show their reports. */
function closing(program: Command): void {
  options
    .withResponse(program.command('close'))
    .addOption(options.zoneOption())
    .description('close a period: everything through a time; store the stock as of then for good')
    .argument('<time>', 'the last moment that is closed: RFC 3339, or a date: the end of that day')
    .option('--id <id>', 'the name of the closing, which no other has; absent: the time as given')
    .option('--name <text>', 'a name for people')
    .option('--dry-run', 'say what is missing; close nothing')
    .option('--no-wait', 'do not wait for the report')
    .action(close);
  const closings = program.command('closings').description('closed periods, and their reports');
  const own = [
    options
      .withResponse(closings.command('list', { isDefault: true }))
      .description('list all closings')
      .action(listClosings),
    options
      .withResponse(closings.command('show'))
      .description('a closing and its report, as it was stored')
      .argument('<id>', 'the id of the closing')
      .option('--csv <file>', 'write all of it to a file')
      .option('--limit <n>', 'items per page, up to 200', options.whole)
      .option('--cursor <cursor>', 'continue after the previous page')
      .action(showClosing),
    options
      .withResponse(closings.command('diff'))
      .description('what changed in a closed period since its report, event by event')
      .argument('<id>', 'the id of the closing')
      .option('--against <closing>', 'until a later closing, by its id; absent: until now')
      .option('--csv <file>', 'write all of it to a file')
      .option('--limit <n>', 'products per page, up to 200', options.whole)
      .option('--cursor <cursor>', 'continue after the previous page')
      .action(diffClosing),
    options
      .withResponse(closings.command('reopen'))
      .description('reopen the last closing; it stays on record, and so does its report')
      .argument('<id>', 'the id of the closing')
      .action(reopenClosing),
  ];
  for (const command of own) command.exitOverride().copyInheritedSettings(program);
}
