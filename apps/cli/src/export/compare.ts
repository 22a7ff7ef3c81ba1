import { inKeyOrder } from '@hindsight/bitemporal';
import { MalformedFile, type LoggedEvent } from '@hindsight/import';
import { exportRecords } from '../import/files';
import type { Row } from './rows';
import type { Source } from './source';

/** Later than everything that is recorded. */
const ALL = { asOf: '9999-12-31T23:59:59.999Z', knownAt: '9999-12-31T23:59:59.998Z' };

/** The result of a comparison; of each product at most its first difference. */
export interface ExportComparison {
  /** Of the file. */
  readonly events: number;
  readonly products: number;
  readonly differences: readonly string[];
}

const canonical = (row: unknown): string => JSON.stringify(inKeyOrder(row));

async function* rowsIn(file: string): AsyncGenerator<Row> {
  for await (const { line, fields } of exportRecords(file)) {
    if (typeof fields === 'string' || typeof fields['productId'] !== 'string')
      throw new MalformedFile(`line ${line}: not an event of an export (ndjson or json)`);
    yield fields;
  }
}

/** The events of one product in the log, beside those of the file. */
class Beside {
  readonly #logged: AsyncIterator<LoggedEvent>;
  difference: string | undefined;

  constructor(
    readonly productId: string,
    source: Source,
  ) {
    this.#logged = source.events(productId, ALL)[Symbol.asyncIterator]();
  }

  async compare(row: Row): Promise<void> {
    if (this.difference !== undefined) return;
    const next = await this.#logged.next();
    const version = String(row['version']);
    if (next.done === true)
      this.difference = `${this.productId}: the log lacks version ${version} and what follows`;
    else if (canonical(next.value) !== canonical(row))
      this.difference = `${this.productId}: version ${version} is ${canonical(row)} in the file, and ${canonical(next.value)} in the log`;
  }

  async end(): Promise<void> {
    if (this.difference === undefined && (await this.#logged.next()).done !== true)
      this.difference = `${this.productId}: the log has events that the file lacks`;
  }
}

/**
 * Compares a log with an export of its events: each event with all of its fields, and that there are no others. All
 * answers of a log follow from its events, so two logs with equal events answer alike.
 * @throws MalformedFile, errors of the file system, and of the source
 */
export async function compareWithExport(file: string, source: Source): Promise<ExportComparison> {
  const found = new Map<string, string | undefined>();
  let events = 0;
  let beside: Beside | undefined;
  const finish = async (): Promise<void> => {
    if (beside === undefined) return;
    await beside.end();
    found.set(beside.productId, beside.difference);
  };
  for await (const row of rowsIn(file)) {
    const productId = String(row['productId']);
    if (productId !== beside?.productId) {
      await finish();
      if (found.has(productId)) throw new MalformedFile(`the events of ${productId} are not together`);
      beside = new Beside(productId, source);
    }
    await beside.compare(row);
    events += 1;
  }
  await finish();
  for (const productId of await source.products())
    if (!found.has(productId)) found.set(productId, `${productId}: the file lacks the product`);
  return {
    events,
    products: found.size,
    differences: [...found.values()].filter((one) => one !== undefined),
  };
}
