import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the documents; the bundle runs from a folder of the same depth as the sources. */
export const DOCS = join(__dirname, '..', '..', 'docs');

/** A list price: so many US$ for so many units. */
interface Price {
  readonly usd: number;
  readonly per: number;
}

export type PriceName =
  | 'lambdaRequest'
  | 'lambdaArmGbSecond'
  | 'expressRequest'
  | 'expressGbSecond'
  | 'standardTransition'
  | 'dynamodbWriteUnit'
  | 'dynamodbReadUnit'
  | 'dynamodbStorage';

export interface Prices {
  readonly region: string;
  readonly asOf: string;
  readonly prices: Readonly<Record<PriceName, Price>>;
}

interface Limit {
  readonly value: number;
  readonly unit: string;
  /** AWS raises it on request. */
  readonly raised: boolean;
}

export type LimitName =
  | 'partitionWriteUnits'
  | 'tableWriteUnits'
  | 'fifoBatch'
  | 'itemCollectionGb'
  | 'httpApiRequests'
  | 'lambdaConcurrency'
  | 'expressStarts'
  | 'standardStarts'
  | 'standardTransitions';

export interface Limits {
  readonly asOf: string;
  readonly limits: Readonly<Record<LimitName, Limit>>;
  /** Where a limit is lower than that. */
  readonly narrower: readonly { readonly limit: LimitName; readonly where: string; readonly value: number }[];
}

/** What one append takes, as `test/costs` counts it. */
export interface Measured {
  readonly hindsight: {
    /** Of an append whose client gave the id. */
    readonly readUnits: number;
    readonly readUnitsWithoutId: number;
    readonly writeUnits: number;
    readonly batchOf25WriteUnits: number;
    /** States that an execution enters. */
    readonly states: number;
    /** Bytes of one event in the table and its indexes. */
    readonly storedBytes: number;
  };
  /** The AWS sample's algorithm. */
  readonly sample: {
    readonly writeUnits: number;
    readonly states: number;
    readonly storedBytes: number;
  };
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(DOCS, name), 'utf8')) as unknown;

export const readPrices = (): Prices => read('prices.json') as Prices;
export const readLimits = (): Limits => read('limits.json') as Limits;
export const readMeasured = (): Measured => read('measured.json') as Measured;
