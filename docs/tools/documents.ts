import { capacityTables } from './capacity';
import { costTables } from './costs';
import { readLimits, readMeasured, readPrices } from './facts';

/** A document with a part between two comments that is generated. */
export interface Document {
  /** In docs/, and the name of the comments. */
  readonly file: string;
  readonly name: string;
  readonly make: () => string;
}

export const documents: readonly Document[] = [
  { file: 'reference/costs.md', name: 'costs', make: () => costTables(readMeasured(), readPrices()) },
  {
    file: 'reference/capacity.md',
    name: 'capacity',
    make: () => capacityTables(readMeasured(), readLimits()),
  },
];

/** @throws Error if the document has no place for the tables */
export function withTables(text: string, { name, make }: Document): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document has no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${make()}\n\n${text.slice(to)}`;
}
