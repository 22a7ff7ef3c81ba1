import { type Store, type StoredItem } from '@hindsight/event-log';
import { overriding } from '../support/overriding';

/** The bug that acts exist to rule out: each product is written by itself, one after the other. */
export const productByProduct = (store: Store): Store =>
  overriding(store, {
    append: async (items) => {
      const byProduct = new Map<string, StoredItem[]>();
      for (const item of items)
        byProduct.set(item.productId, [...(byProduct.get(item.productId) ?? []), item]);
      for (const own of byProduct.values()) {
        if ((await store.append(own)) === 'lost race') return 'lost race';
      }
      return 'stored';
    },
  });
