import { MalformedFile } from './malformed-file';
import type { Kind } from './kinds';

/** A file that a program exports, by columns that no other has together. */
interface KnownExport {
  readonly program: string;
  readonly has: readonly string[];
  readonly kind?: Kind;
  /** Columns whose names mean something else in other files: `FIELD=COLUMN`. */
  readonly map?: readonly string[];
  /** The column that names the time zone in words of the program, which `--tz` must say. */
  readonly zoneColumn?: string;
  /** Why its lines can't be movements as they are. */
  readonly unsigned?: string;
}

const KNOWN: readonly KnownExport[] = [
  {
    program: 'Shopify orders',
    has: ['Name', 'Lineitem quantity', 'Lineitem sku'],
    kind: 'sales',
    map: ['document=Name'],
  },
  {
    program: 'Square items',
    has: ['Time Zone', 'Price Point Name', 'Transaction ID', 'Event Type'],
    kind: 'sales',
    map: ['name=Item', 'reason=', 'unit='],
    zoneColumn: 'Time Zone',
  },
  {
    program: 'Odoo moves history',
    has: ['Reference', 'Product', 'From', 'To', 'Quantity'],
    map: ['document=Reference'],
    unsigned:
      'its quantities have no sign, and From and To say the direction: filter it, and import what came in with --kind receipts, and what went out with --kind sales',
  },
];

export interface Recognized {
  readonly program?: string;
  readonly kind?: Kind;
  readonly map: readonly string[];
}

export interface Given {
  readonly kind?: Kind | undefined;
  readonly tz?: string | undefined;
}

/** What is known of the program that wrote a file. @throws MalformedFile if the file needs an option, or can't be read */
export function recognize(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  given: Given,
): Recognized {
  const known = KNOWN.find(({ has }) => has.every((name) => header.includes(name)));
  if (known === undefined) return { map: [] };
  const { program, kind, map = [], zoneColumn, unsigned } = known;
  if (unsigned !== undefined && (given.kind === undefined || given.kind === 'movements'))
    throw new MalformedFile(`this is an export of ${program}: ${unsigned}`);
  if (zoneColumn !== undefined && given.tz === undefined) {
    const zone = sample[0]?.[header.indexOf(zoneColumn)] ?? '';
    throw new MalformedFile(
      `the times of this file are in "${zone}"; say which zone that is, such as --tz America/New_York`,
    );
  }
  return { program, map, ...(kind && { kind }) };
}
