import assert from 'node:assert/strict';
import { waitFor } from './waiting';

export interface Row {
  readonly productId: string;
  readonly version: number;
  readonly state: unknown;
}

/** All pages of `GET /products`. */
export async function allProducts(url: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = null; ;) {
    const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await fetch(`${url}/products?limit=200${query}`);
    const page = (await response.json()) as { products: Row[]; nextCursor: string | null };
    assert.equal(response.status, 200, JSON.stringify(page));
    rows.push(...page.products);
    cursor = page.nextCursor;
    if (cursor === null) return rows;
  }
}

/** Lists all products again and again: there are never fewer than `count`. @returns how many lists there were */
export async function watchList(url: string, count: number, isOver: () => boolean): Promise<number> {
  let lists = 0;
  while (!isOver()) {
    assert.equal((await allProducts(url)).length, count, 'a list during the rebuild has every product');
    lists += 1;
    await waitFor(50);
  }
  return lists;
}

/** The values of `hindsight_views_…` that the server measures. */
export async function viewMetrics(url: string): Promise<{ lagSeconds: number; setAside: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const valueOf = (name: string) =>
    Number(new RegExp(`^hindsight_views_${name} (.+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { lagSeconds: valueOf('lag_seconds'), setAside: valueOf('products_set_aside') };
}
