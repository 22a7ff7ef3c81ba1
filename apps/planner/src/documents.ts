import { capacityTables } from './capacity-tables';
import { costTables } from './cost-tables';
import { readLimits, readMeasured, readPrices } from './facts';

/** A document with a part between two comments that is generated. */
export interface Document {
  /** In docs/, and the name of the comments. */
  readonly file: string;
  readonly name: string;
  readonly make: () => string;
}

export const documents: readonly Document[] = [
  { file: 'costs.md', name: 'costs', make: () => costTables(readMeasured(), readPrices()) },
  { file: 'capacity.md', name: 'capacity', make: () => capacityTables(readMeasured(), readLimits()) },
];

/** @throws Error where the document has no place for it */
export function withTables(text: string, { name, make }: Document): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document has no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${make()}\n\n${text.slice(to)}`;
}

/** Without what Prettier does to a table's widths. */
export const plain = (text: string): string =>
  text.replace(/[ \t]+/g, ' ').replace(/\| ?-+ ?(?=\|)/g, '| --- ');
