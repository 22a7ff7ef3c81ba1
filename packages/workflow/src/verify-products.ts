import { auditOf, registry as allTypes, type Registry } from '@hindsight/domain';
import {
  verifyStore,
  verifyStream,
  type Difference,
  type Store,
  type StoreReport,
  type StreamReport,
} from '@hindsight/event-log';

/** The check of a log, in the words of the inventory. */

export interface ProductDifference extends Omit<Difference, 'streamId'> {
  readonly productId: string;
}

/** What a check of one product found. */
export interface ProductReport extends Omit<StreamReport, 'streamId' | 'difference'> {
  readonly productId: string;
  /** The first one; what comes after it was not looked at. */
  readonly difference?: ProductDifference;
}

/** What a check of all products found. */
export interface InventoryReport extends Omit<StoreReport, 'differences'> {
  /** The first of each product, of the first products that have one. */
  readonly differences: readonly ProductDifference[];
}

export interface VerifyOptions {
  readonly store: Store;
  readonly registry?: Registry;
}

const differenceOf = ({ streamId, ...difference }: Difference): ProductDifference => ({
  productId: streamId,
  ...difference,
});

function reportOf({ streamId, difference, ...report }: StreamReport): ProductReport {
  return { productId: streamId, ...report, ...(difference && { difference: differenceOf(difference) }) };
}

const checked = ({ store, registry = allTypes }: VerifyOptions) => ({
  store,
  domain: registry,
  audit: auditOf(registry),
});

/** Checks all that the log stored of one product against the definition of its history. */
export const verifyProduct = async (options: VerifyOptions, productId: string): Promise<ProductReport> =>
  reportOf(await verifyStream(checked(options), productId));

/** Checks every product, one after another. @param onProduct receives the report of each as it is done */
export async function verifyInventory(
  options: VerifyOptions,
  onProduct: (report: ProductReport) => void = () => undefined,
): Promise<InventoryReport> {
  const report = await verifyStore(checked(options), (one) => onProduct(reportOf(one)));
  return { ...report, differences: report.differences.map(differenceOf) };
}
