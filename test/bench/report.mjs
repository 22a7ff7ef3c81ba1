// The measured figures as Markdown, ratios first.

const TITLES = {
  append: 'append, in order',
  stateNow: 'state now',
  stateAt: 'state as of a random moment',
  read100: 'read 100 events',
  batch25: 'append a batch of 25',
};

const titleOf = (name) => TITLES[name] ?? `append ${name}`;
const number = (value) =>
  value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toPrecision(2);
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const requestsOf = ({ requests }) => Object.values(requests).reduce((sum, one) => sum + one, 0);

/** One operation: a row a contestant, a column a length. */
function operation(measured, name) {
  const { options, times, counts, names } = measured;
  const lengths = options.lengths.filter((length) => times[length][name] !== undefined);
  const keys = options.contestants.filter((key) => lengths.some((length) => times[length][name][key]));
  const base = keys.includes('log') ? 'log' : keys[0];
  const at = (length, key) => times[length][name][key]?.median;
  const used = (length, key) => counts[length]?.[name]?.[key];
  const head = (what) => [what, ...lengths.map((length) => `at ${length}`)];
  const rows = (cell) => keys.map((key) => [names[key], ...lengths.map((length) => cell(length, key))]);
  return [
    `### ${titleOf(name)}`,
    table(
      head(`times as long as ${names[base]}`),
      rows((length, key) => number(at(length, key) / at(length, base))),
    ),
    table(
      head('milliseconds, the median'),
      rows((length, key) => number(at(length, key))),
    ),
    table(
      head('requests · read units · write units · KB sent · KB received'),
      rows((length, key) => {
        const usage = used(length, key);
        if (!usage) return '–';
        const kilobytes = [usage.bytesSent, usage.bytesReceived].map((bytes) => number(bytes / 1000));
        return [requestsOf(usage), usage.readUnits, usage.writeUnits, ...kilobytes].join(' · ');
      }),
    ),
  ].join('\n\n');
}

const best = (results, writers) =>
  Math.max(...results.filter((one) => one.writers === writers).map(({ rate }) => rate));

function hotTable({ hot, names }) {
  const rows = Object.entries(hot).map(([key, results]) => {
    const [one, many] = [best(results, 1), best(results, 16)];
    const sum = (field) => results.reduce((total, result) => total + (result[field] ?? 0), 0);
    const failures = results.flatMap(({ failures }) => Object.values(failures)).reduce((a, b) => a + b, 0);
    const lost = results.some((result) => 'lost' in result) ? `${sum('lost')} of ${sum('done')}` : '–';
    return [names[key], `${((many / one) * 100).toFixed(0)} %`, number(one), number(many), failures, lost];
  });
  const head = ['', '16 writers ÷ 1', '1 writer, per second', '16 writers, per second', 'gave up', 'lost'];
  return `### One product, many writers\n\n${table(head, rows)}`;
}

function coldTable({ cold, names }) {
  const rows = Object.entries(cold).map(([key, { median }]) => [names[key], number(median)]);
  return `### From the start of the process to the first answer\n\n${table(['', 'milliseconds'], rows)}`;
}

/** What the figures are for: each aim, and whether it is met. */
export function aimsOf({ options, times, ends, hot, counts }) {
  const aims = [];
  const add = (what, value, limit, most = true) =>
    Number.isFinite(value) &&
    aims.push([
      what,
      number(value),
      `${most ? '≤' : '≥'} ${limit}`,
      (most ? value <= limit : value >= limit) ? 'yes' : 'NO',
    ]);
  const at = (length, name, key) => times[length]?.[name]?.[key]?.median ?? NaN;
  const [shortest, longest] = [Math.min(...options.lengths), Math.max(...options.lengths)];
  const end = (key, length) => ends[`${key} ${length}`]?.median ?? NaN;
  for (const [key, name] of [
    ['log', 'log'],
    ['http', 'HTTP'],
  ])
    add(
      `${name}: append at ${longest} ÷ at ${shortest}, by turns`,
      end(key, longest) / end(key, shortest),
      1.1,
    );
  for (const name of ['stateNow', 'stateAt']) {
    add(
      `${titleOf(name)} at 10000: Castore ÷ log`,
      at(10000, name, 'castore') / at(10000, name, 'log'),
      50,
      false,
    );
    const units = (key) => counts[10000]?.[name]?.[key]?.readUnits ?? NaN;
    add(`${titleOf(name)} at 10000, read units: Castore ÷ log`, units('castore') / units('log'), 50, false);
  }
  for (const length of options.lengths) {
    const floor = at(length, 'append', 'floor');
    const own = at(length, 'append', 'floor-transaction') - floor;
    const log = at(length, 'append', 'log');
    add(`append at ${length}: log ÷ (1.5 × floor + the transaction's own)`, log / (1.5 * floor + own), 1);
    add(`append at ${length}: HTTP ÷ log`, at(length, 'append', 'http') / log, 2.5);
  }
  for (const key of ['log', 'http'])
    if (hot[key])
      add(`16 writers to one product ÷ one, ${key}`, best(hot[key], 16) / best(hot[key], 1), 0.6, false);
  return aims;
}

export function reportOf(measured) {
  const { commit, command, machine, options, times } = measured;
  const names = [...new Set(options.lengths.flatMap((length) => Object.keys(times[length])))];
  return `${[
    `Commit ${commit}, \`${command}\`, ${machine}.`,
    '### Aims',
    table(['', 'measured', 'aim', 'met'], aimsOf(measured)),
    ...names.map((name) => operation(measured, name)),
    ...(Object.keys(measured.hot).length > 0 ? [hotTable(measured)] : []),
    ...(Object.keys(measured.cold).length > 0 ? [coldTable(measured)] : []),
  ].join('\n\n')}\n`;
}
