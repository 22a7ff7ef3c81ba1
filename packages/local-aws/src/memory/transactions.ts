import { cancelled, invalid, onlyKnown, tokenReused, UnsupportedByMemoryError } from './errors';
import { holds, type Named } from './expressions';
import type { Table, Write } from './table';
import { itemOf } from './table';
import type { Item } from './values';

interface Operation extends Named {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
}

export interface TransactWriteInput {
  readonly TransactItems?: readonly Readonly<Record<string, Operation | undefined>>[];
  readonly ClientRequestToken?: string;
}

const KNOWN = new Set(['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity']);
const KNOWN_OPERATION = new Set([
  'TableName',
  'Item',
  'Key',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
]);
const MOST = 100;
const LARGEST = 4 * 1024 * 1024;
/** How long a token makes a repetition harmless, in milliseconds. */
const TOKEN_LASTS = 10 * 60_000;

interface Planned {
  readonly table: Table;
  readonly write: Write;
  readonly holds: boolean;
}

function planned(
  entry: Readonly<Record<string, Operation | undefined>>,
  tableOf: (name: string) => Table,
): Planned {
  const [[kind, operation] = ['nothing', undefined], ...more] = Object.entries(entry).filter(
    ([, one]) => one !== undefined,
  );
  if (operation === undefined || more.length > 0)
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  onlyKnown(kind, operation, KNOWN_OPERATION);
  const table = tableOf(operation.TableName ?? '');
  const write = writeOf(table, kind, operation);
  const current = itemOf(table.current(write.key));
  return { table, write, holds: holds(operation.ConditionExpression, current, operation) };
}

function writeOf(table: Table, kind: string, { Item, Key }: Operation): Write {
  if (kind === 'Put') return table.put(Item ?? {});
  if (kind === 'Delete') return table.remove(Key);
  throw new UnsupportedByMemoryError(`${kind} in a transaction`);
}

/** What a repetition under the same token must equal: the texts are those that are kept anyway. */
const signatureOf = (plans: readonly Planned[]): string[] =>
  plans.flatMap(({ table, write: { key, item } }) => [
    table.schema.tableName,
    key.partition,
    key.sort,
    item?.text ?? '',
  ]);

/** Transactions that have been carried out, by their tokens, for as long as those last. */
export class Transactions {
  readonly #done = new Map<string, { readonly at: number; readonly signature: readonly string[] }>();

  constructor(readonly clock: () => number) {}

  /**
   * All or nothing.
   * @returns units by table
   * @throws ValidationException, TransactionCanceledException, IdempotentParameterMismatchException
   */
  write(input: TransactWriteInput, tableOf: (name: string) => Table): Map<string, number> {
    onlyKnown('TransactWriteItems', input, KNOWN);
    const { TransactItems = [], ClientRequestToken: token } = input;
    if (TransactItems.length < 1 || TransactItems.length > MOST)
      throw invalid(`Member must have length less than or equal to ${MOST} and at least 1`);
    const plans = TransactItems.map((entry) => planned(entry, tableOf));
    const keys = plans.map(({ table, write: { key } }) => JSON.stringify([table.schema.tableName, key]));
    if (new Set(keys).size < keys.length)
      throw invalid('Transaction request cannot include multiple operations on one item');
    const bytes = plans.reduce((sum, { write }) => sum + (write.item?.size ?? 0), 0);
    if (bytes > LARGEST) throw invalid('Transaction size has exceeded the maximum of 4 MB');
    if (token !== undefined && this.#isDone(token, plans)) return new Map();
    if (plans.some((plan) => !plan.holds)) throw cancelled(plans.map((plan) => !plan.holds));
    const units = new Map<string, number>();
    for (const table of new Set(plans.map((plan) => plan.table))) {
      const writes = plans.filter((plan) => plan.table === table).map(({ write }) => write);
      units.set(table.schema.tableName, 2 * table.write(writes));
    }
    if (token !== undefined) this.#done.set(token, { at: this.clock(), signature: signatureOf(plans) });
    return units;
  }

  #isDone(token: string, plans: readonly Planned[]): boolean {
    const now = this.clock();
    for (const [old, { at }] of this.#done) {
      if (now - at < TOKEN_LASTS) break;
      this.#done.delete(old);
    }
    const known = this.#done.get(token);
    if (known === undefined) return false;
    const signature = signatureOf(plans);
    const same =
      known.signature.length === signature.length &&
      known.signature.every((text, i) => text === signature[i]);
    if (!same) throw tokenReused();
    return true;
  }
}
