import type { Schemas } from '@hindsight/client';
import { withParameters } from './cursor';

export type ProductRow = Schemas['ProductRow'];

/** The filter of the list of products, as in the address. */
export interface Filter {
  readonly search: string;
  readonly only: Only;
  /** Only quantities below this one; empty: all. */
  readonly below: string;
  readonly sort: Sort;
}

export const onlys = ['all', 'outOfStock', 'low', 'negative', 'late'] as const;
export type Only = (typeof onlys)[number];
export const sorts = ['productId', 'quantity', 'changed'] as const;
export type Sort = (typeof sorts)[number];

const among = <T extends string>(values: readonly T[], text: string | null): T =>
  values.find((value) => value === text) ?? (values[0] as T);

export function filterFrom(search: string): Filter {
  const query = new URLSearchParams(search);
  return {
    search: query.get('search') ?? '',
    only: among(onlys, query.get('only')),
    below: query.get('below') ?? '',
    sort: among(sorts, query.get('sort')),
  };
}

/** The address with another filter; what else is in it stays. */
export function withFilter(search: string, filter: Filter): string {
  const isDefault = (value: string) => value === '' || value === 'all' || value === 'productId';
  const entries = (Object.entries(filter) as [string, string][]).map(
    ([name, value]) => [name, isDefault(value) ? undefined : value] as const,
  );
  return withParameters(search, Object.fromEntries(entries));
}

const LIMIT = '50';
const DECIMAL = /^-?\d{1,12}(\.\d{1,6})?$/;

/** The requests that answer a filter: a search looks at ids and at names. */
export function requestsFor({ search, only, below, sort }: Filter): string[] {
  const query = new URLSearchParams({ limit: LIMIT, sort });
  if (only === 'outOfStock' || only === 'low') query.set('status', only);
  if (only === 'negative') query.set('below', '0');
  else if (DECIMAL.test(below)) query.set('below', below);
  if (search === '') return [`/products?${query}`];
  return ['prefix', 'name'].map((name) => `/products?${query}&${name}=${encodeURIComponent(search)}`);
}

/** Late news is not a filter of the API: the rows say it themselves. */
export const isShown = (row: ProductRow, { only }: Filter): boolean => only !== 'late' || row.lateEvents;

export const isNarrowed = ({ search, only, below }: Filter): boolean =>
  search !== '' || only !== 'all' || below !== '';
