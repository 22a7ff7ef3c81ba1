// What a million events cost with all that a stack adds to an append, from docs/prices.json, docs/measured.json and the
// assumptions below: `npm run cost` writes the table into docs/how-to/deploy.md, `npm run cost -- --check` fails where the
// document says something else.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const docs = join(root, 'docs');
// The root's, which formats the documents; an older one comes along with CDKTF.
const { format, resolveConfig } = createRequire(join(root, 'package.json'))('prettier');
const read = (name) => JSON.parse(readFileSync(join(docs, name), 'utf8'));
const { prices, region, asOf } = read('prices.json');
const { hindsight: measured } = read('measured.json');
const MILLION = 1_000_000;

/** Of one event of up to 1 KB, in order, at the first try, with warm functions. */
const ASSUMED = {
  gateway: { mib: 512, ms: 60 },
  handlers: { mib: 256, ms: 20 },
  reading: { mib: 512, ms: 20 },
  express: { mib: 64, ms: 100 },
  logBytes: 2000,
  tracedShare: 0.05,
};
const gbSeconds = ({ mib, ms }) => (mib / 1024) * (ms / 1000);
const cost = (price, quantity) => (prices[price].usd / prices[price].per) * quantity * MILLION;
const each = (price) => {
  const { usd, per, unit } = prices[price];
  return per === MILLION ? `${usd} a million ${unit}` : `${usd} a ${unit}`;
};

/** What, how much of it an event takes, which price, and how often that is. */
const lines = [
  ['HTTP API', '1 request', [['httpApiRequest', 1]]],
  ['Lambda, requests', '3: gateway, `validate-event`, `process-event`', [['lambdaRequest', 3]]],
  [
    'Lambda, time (arm64)',
    `${ASSUMED.gateway.mib} MiB × ${ASSUMED.gateway.ms} ms + ${ASSUMED.handlers.mib} MiB × ${ASSUMED.handlers.ms} ms`,
    [['lambdaArmGbSecond', gbSeconds(ASSUMED.gateway) + gbSeconds(ASSUMED.handlers)]],
  ],
  ['Step Functions, EXPRESS: requests', '1', [['expressRequest', 1]]],
  [
    'Step Functions, EXPRESS: time',
    `${ASSUMED.express.mib} MiB × ${ASSUMED.express.ms} ms`,
    [['expressGbSecond', gbSeconds(ASSUMED.express)]],
  ],
  [
    'DynamoDB, writes',
    `${measured.writeUnits}: 2 items, 2 index entries, each twice for the transaction`,
    [['dynamodbWriteUnit', measured.writeUnits]],
  ],
  ['DynamoDB, reads', `${measured.readUnits}`, [['dynamodbReadUnit', measured.readUnits]]],
  ['CloudWatch Logs', `${ASSUMED.logBytes / 1000} kB`, [['logsIngested', ASSUMED.logBytes / 1e9]]],
  ['X-Ray', `${ASSUMED.tracedShare * 100} % of requests`, [['xrayTrace', ASSUMED.tracedShare]]],
];
const usd = (parts) => parts.reduce((sum, [price, quantity]) => sum + cost(price, quantity), 0);
const row = (cells) => `| ${cells.join(' | ')} |`;
const written = lines.map(([what, much, parts]) =>
  row([what, much, each(parts[0][0]), usd(parts).toFixed(2)]),
);
const together = lines.reduce((sum, [, , parts]) => sum + usd(parts), 0);
// AWS counts the start as a transition, too.
const transitions = measured.states + 1;
const standard = cost('standardTransition', transitions);
const reading = usd([
  ['httpApiRequest', 1],
  ['lambdaRequest', 1],
  ['lambdaArmGbSecond', gbSeconds(ASSUMED.reading)],
  ['dynamodbReadUnit', 1],
  ['logsIngested', ASSUMED.logBytes / 2 / 1e9],
  ['xrayTrace', ASSUMED.tracedShare],
]);
const stored = (price) => usd([[price, measured.storedBytes / 1e9]]).toFixed(2);

const table = [
  `In US$, ${region}, at the list prices of ${asOf} in \`docs/prices.json\`:`,
  '',
  row(['', 'per event', 'price', 'per million events']),
  row(['---', '---', '---', '---']),
  ...written,
  row(['**together**', '', '', `**${together.toFixed(2)}**`]),
  row([
    'each month after: storage, with indexes',
    `${measured.storedBytes / 1000} kB`,
    each('dynamodbStorage'),
    stored('dynamodbStorage'),
  ]),
  row(['… and backups, in prod', '', each('dynamodbBackup'), stored('dynamodbBackup')]),
  row([
    'by STANDARD instead of EXPRESS',
    `${transitions} transitions`,
    each('standardTransition'),
    `${standard.toFixed(2)} instead of ${(
      usd([['expressRequest', 1]]) + cost('expressGbSecond', gbSeconds(ASSUMED.express))
    ).toFixed(2)}`,
  ]),
  row(['reading a state instead of appending', '1 read unit', '', reading.toFixed(2)]),
  row([
    'by the bus instead of the API',
    '1 event',
    each('eventBridgeEvent'),
    cost('eventBridgeEvent', 1).toFixed(2),
  ]),
].join('\n');

const file = join(docs, 'how-to/deploy.md');
const document = readFileSync(file, 'utf8');
const [before, rest] = document.split('<!-- cost -->\n');
const [, after] = rest.split('<!-- /cost -->');
const options = { ...(await resolveConfig(file)), filepath: file };
const updated = await format(`${before}<!-- cost -->\n\n${table}\n\n<!-- /cost -->${after}`, options);
if (!process.argv.includes('--check')) writeFileSync(file, updated);
else if (updated !== document) {
  console.error(
    'the cost table in docs/how-to/deploy.md is not that of docs/prices.json: npm run cost, in terraform/',
  );
  process.exitCode = 1;
}
