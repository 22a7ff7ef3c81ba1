import { FIELDS, NAMES, plain, type Field } from './column-names';
import { MalformedFile, Unclear } from './malformed-file';

const NOWHERE = -1;

/** The index of each field in a record. */
export type Columns = ReadonlyMap<Field, number>;

/** The column of a name; `#3` is the third one, as two columns may have one name. @returns below 0: there is none */
function columnNamed(header: readonly string[], name: string): number {
  const named = header.indexOf(name);
  const [, number] = /^#(\d{1,4})$/.exec(name) ?? [];
  if (named >= 0 || number === undefined) return named;
  return Number(number) <= header.length ? Number(number) - 1 : NOWHERE;
}

/** What names a column in `--map`. */
export const nameOf = (header: readonly string[], index: number): string =>
  header.filter((name) => name === header[index]).length === 1 ? (header[index] ?? '') : `#${index + 1}`;

/** `--map quantity=Qty` by field; `--map quantity=` says that no column has it. @throws MalformedFile */
function mapped(header: readonly string[], mapping: readonly string[]): Map<Field, number> {
  const columns = new Map<Field, number>();
  for (const entry of mapping) {
    const at = entry.indexOf('=');
    const given = plain(entry.slice(0, at));
    const field =
      FIELDS.find((name) => plain(name) === given) ?? FIELDS.find((name) => NAMES[name].includes(given));
    if (at < 0 || field === undefined)
      throw new MalformedFile(`--map takes FIELD=COLUMN with one of ${FIELDS.join(', ')}, not "${entry}"`);
    const column = entry.slice(at + 1).trim();
    const index = column === '' ? NOWHERE : columnNamed(header, column);
    if (index < 0 && column !== '')
      throw new MalformedFile(`--map ${entry}: there is no such column in: ${header.join(', ')}`);
    columns.set(field, index);
  }
  return columns;
}

/**
 * Finds the columns by `--map` and by their common names. @throws Unclear if a name occurs twice, MalformedFile for a
 * `--map` that doesn't fit
 */
export function columnsOf(
  header: readonly string[],
  mapping: readonly string[],
  records: readonly (readonly string[])[] = [],
): Columns {
  const columns = mapped(header, mapping);
  const taken = new Set(columns.values());
  const names = header.map(plain);
  for (const field of FIELDS) {
    if (columns.has(field)) continue;
    const name = NAMES[field].find((one) => names.some((given, index) => given === one && !taken.has(index)));
    if (name === undefined) continue;
    const index = names.findIndex((given, at) => given === name && !taken.has(at));
    const others = names.flatMap((given, at) =>
      given === name && at !== index && !taken.has(at) ? [at] : [],
    );
    const same = [index, ...others].map((at) => nameOf(header, at));
    // Some programs write a column twice.
    if (others.some((at) => records.length === 0 || records.some((record) => record[at] !== record[index])))
      throw new Unclear(`several columns may be ${field}; say which: --map "${field}=COLUMN"`, {
        ...{ option: 'map', field, text: `Which column is ${field}?`, choices: same },
      });
    columns.set(field, index);
    taken.add(index);
  }
  for (const [field, index] of columns) if (index === NOWHERE) columns.delete(field);
  return columns;
}

/** @throws Unclear for a column that the file needs and does not have */
export function requireColumns(
  columns: Columns,
  header: readonly string[],
  required: readonly Field[],
): void {
  const missing = required.filter((field) => !columns.has(field));
  const [field] = missing;
  if (field === undefined) return;
  throw new Unclear(
    `the header lacks ${missing.join(', ')}; it has: ${header.join(', ')}. Say which column is which: --map "${field}=COLUMN"`,
    { option: 'map', field, text: `Which column is ${field}?`, choices: header },
  );
}
