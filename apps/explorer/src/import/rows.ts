import { asMalformed, csvOptions, rowNumbering, type ParsedRecord, type Row } from '@hindsight/import';
import { parse } from 'csv-parse/browser/esm';

/** The records of a text as a stream: those of one chunk are in memory at a time. */
export async function* rowsOf(
  text: AsyncIterable<string>,
  delimiter: string,
  skippedLines: number,
): AsyncGenerator<Row> {
  const parser = parse(csvOptions(delimiter, skippedLines));
  const numbered = rowNumbering();
  let rows: Row[] = [];
  let failure: { readonly error: unknown } | undefined;
  let onEnd = (): void => undefined;
  const ended = new Promise<void>((resolve) => (onEnd = resolve));
  parser.on('data', (parsed: ParsedRecord) => {
    const row = numbered(parsed);
    if (row !== undefined) rows.push(row);
  });
  parser.on('error', (error: unknown) => {
    failure ??= { error };
    onEnd();
  });
  parser.on('end', onEnd);
  const parsed = function* (): Generator<Row> {
    const found = rows;
    rows = [];
    yield* found;
    if (failure !== undefined) throw asMalformed(failure.error);
  };
  for await (const chunk of text) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    yield* parsed();
  }
  parser.end();
  await ended;
  yield* parsed();
}
