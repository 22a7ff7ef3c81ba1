import { nameOf, type Field, type FormatOptions } from '@hindsight/import';
import { quoted } from './curl';

/** The fields that were chosen by hand, each with the name of its column; an empty name: none is it. */
function chosen(map: readonly string[] = []): Map<Field, string> {
  return new Map(
    map.map((entry) => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at) as Field, entry.slice(at + 1)];
    }),
  );
}

/** What each column is taken for: what was chosen, also if this kind of file has no use for it, else what was found. */
export function fieldsOf(
  header: readonly string[],
  columns: ReadonlyMap<Field, number>,
  map: readonly string[] | undefined,
): readonly (Field | undefined)[] {
  const byHand = chosen(map);
  return header.map((_, index) => {
    const name = nameOf(header, index);
    const choice = [...byHand].find(([, column]) => column === name);
    return choice?.[0] ?? [...columns].find(([, at]) => at === index)?.[0];
  });
}

/** The choices after one more: that a column is a field, or, undefined, that it is none. */
export function withField(
  { header, columns }: { readonly header: readonly string[]; readonly columns: ReadonlyMap<Field, number> },
  map: readonly string[] | undefined,
  index: number,
  field: Field | undefined,
): readonly string[] {
  const before = fieldsOf(header, columns, map)[index];
  const name = nameOf(header, index);
  const choices = chosen(map);
  for (const [one, column] of choices) if (column === name) choices.delete(one);
  if (field !== undefined) choices.set(field, name);
  // Its name would say that it is the same again.
  else if (before !== undefined) choices.set(before, '');
  return [...choices].map(([one, column]) => `${one}=${column}`);
}

/** The command that imports a file in the same way. */
export function importCommand(file: string, options: FormatOptions, onConflict: 'reject' | 'flag'): string {
  const { map = [], ...others } = options;
  const words = ['npm', 'run', 'hindsight', '--', 'import', quoted(file)];
  for (const [name, value] of Object.entries(others)) words.push(`--${name}`, quoted(value));
  for (const entry of map) words.push('--map', quoted(entry));
  if (onConflict === 'flag') words.push('--on-conflict', 'flag');
  return words.join(' ');
}
