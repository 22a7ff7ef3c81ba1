import { ASSUMED, costOf, workOf, type Cost, type Variant } from './costs';
import type { Measured, Prices } from './facts';
import { table, usd } from './table';

const LENGTHS = [100, 10_000, 100_000];
const count = new Intl.NumberFormat('en-GB');

const VARIANTS: readonly (readonly [Variant, string])[] = [
  ['express', 'Hindsight, EXPRESS'],
  ['batches', `Hindsight, EXPRESS, in batches of ${ASSUMED.batch}`],
  ['floor', 'the floor: the same, with one plain put'],
  ['standard', 'Hindsight, STANDARD'],
  ['direct', "Hindsight's log in one Lambda"],
  ['sample', "the sample's algorithm, EXPRESS"],
  ['sampleStandard', "the sample's algorithm, STANDARD"],
];

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** The tables of docs/costs.md. */
export function costTables(measured: Measured, prices: Prices): string {
  const cost = (variant: Variant, events: number): Cost => costOf(workOf(variant, events, measured), prices);
  const totals = VARIANTS.map(([variant, name]) => [
    name,
    ...LENGTHS.map((events) => usd(cost(variant, events).together)),
  ]);
  const ratios = VARIANTS.filter(([variant]) => !variant.startsWith('sample')).map(([variant, name]) => {
    const peer = variant === 'standard' ? 'sampleStandard' : 'sample';
    return [
      `${name} ÷ the sample's alike`,
      ...LENGTHS.map((events) => percent(cost(variant, events).together / cost(peer, events).together)),
    ];
  });
  const parts = VARIANTS.map(([variant, name]) => {
    const { writes, reads, functions, machine, together } = cost(variant, 10_000);
    return [name, ...[writes, reads, functions, machine, together].map(usd)];
  });
  const head = LENGTHS.map((events) => `at ${count.format(events)} events a product`);
  return [
    `US$ for a million events, ${prices.region}, at the list prices of ${prices.asOf}:`,
    table(['', ...head], [...totals, ...ratios]),
    'And what of, at 10,000 events a product:',
    table(['', 'writes', 'reads', 'functions', 'state machine', 'together'], parts),
  ].join('\n\n');
}
