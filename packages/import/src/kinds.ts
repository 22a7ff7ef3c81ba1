import { COUNTED, MOVED, plain, RECEIVED, SOLD, type Field } from './column-names';
import type { Columns } from './columns';
import { Unclear } from './malformed-file';

/** What the lines of a file are; the sign of a quantity depends on it. */
export const KINDS = ['sales', 'receipts', 'movements', 'counts', 'events'] as const;
export type Kind = (typeof KINDS)[number];

export interface KindFound {
  readonly kind: Kind;
  /** How it is known, for people. */
  readonly by: string;
}

/** A CSV file of events has the names of their fields. */
const isEvents = (header: readonly string[]): boolean =>
  header.includes('eventType') && header.includes('productId');

function detected(header: readonly string[], columns: Columns): KindFound | undefined {
  if (isEvents(header)) return { kind: 'events', by: 'it has a column eventType' };
  if (columns.has('quantityIn') || columns.has('quantityOut'))
    return { kind: 'movements', by: 'it has a column of what came in or went out' };
  const column = header[columns.get('quantity') ?? -1];
  const name = plain(column ?? '');
  const named: readonly (readonly [Kind, readonly string[]])[] = [
    ...([
      ['counts', COUNTED],
      ['sales', SOLD],
      ['receipts', RECEIVED],
      ['movements', MOVED],
    ] as const),
  ];
  const kind = named.find(([, names]) => names.includes(name))?.[0];
  if (kind !== undefined) return { kind, by: `the quantity is called ${column}` };
  if (columns.has('eventType')) return { kind: 'movements', by: 'it has a column of types' };
  if (columns.has('document'))
    return { kind: 'sales', by: `it has a column ${header[columns.get('document') ?? -1]}` };
  return undefined;
}

/** The kind of a file. @throws Unclear if the header doesn't say it */
export function kindOf(header: readonly string[], columns: Columns, given: Kind | undefined): KindFound {
  if (given !== undefined) return { kind: given, by: 'option' };
  const found = detected(header, columns);
  if (found !== undefined) return { ...found, by: `detected: ${found.by}` };
  throw new Unclear(
    `it is not clear what the lines of this file are; give --kind ${KINDS.join(', ').replace(/, ([^,]+)$/, ' or $1')}`,
    { option: 'kind', text: 'What are the lines of this file?', choices: KINDS },
  );
}

/** The columns that a file of a kind must have. */
export function requiredBy(kind: Kind, columns: Columns, hasMoment: boolean): readonly Field[] {
  if (kind === 'events') return [];
  const quantity: readonly Field[] =
    columns.has('quantityIn') || columns.has('quantityOut') || (kind === 'counts' && describes(columns))
      ? []
      : ['quantity'];
  // Counts without a time are asked for one by --at, not for a column.
  return [...(hasMoment || kind === 'counts' ? [] : (['effectiveAt'] as const)), 'productId', ...quantity];
}

/** Attributes alone are worth an import: a list of products. */
const describes = (columns: Columns): boolean =>
  (['name', 'unit', 'unitPrice', 'color', 'size', 'reorderPoint'] as const).some((field) =>
    columns.has(field),
  );
