import { pipeline, Readable } from 'node:stream';
import { asMalformed, csvOptions, rowNumbering, type ParsedRecord, type Row } from '@hindsight/import';
import { parse } from 'csv-parse';

/** The records of a text as a stream: only a few are in memory at a time. */
export async function* rowsOf(
  text: AsyncIterable<string>,
  delimiter: string,
  skippedLines: number,
): AsyncGenerator<Row> {
  const records = parse(csvOptions(delimiter, skippedLines));
  // A failure of any part ends the records with that error, so the callback has nothing left to do.
  pipeline(Readable.from(text), records, () => undefined);
  const numbered = rowNumbering();
  try {
    for await (const parsed of records as AsyncIterable<ParsedRecord>) {
      const row = numbered(parsed);
      if (row !== undefined) yield row;
    }
  } catch (error) {
    throw asMalformed(error);
  }
}
