import { compareKeys } from './keys';
import type { Ranked, ViewKey, ViewRange, ViewStore } from './store';

/** Views in this process, for tests and simulation. Slow with many items: every page sorts its view. */
class MemoryViewStore implements ViewStore {
  readonly #views = new Map<string, Map<string, ViewKey>>();

  #view(view: string): Map<string, ViewKey> {
    const found = this.#views.get(view) ?? new Map<string, ViewKey>();
    this.#views.set(view, found);
    return found;
  }

  get<T>({ view, key }: ViewKey): Promise<T | undefined> {
    const item = this.#view(view).get(key);
    return Promise.resolve(item && (structuredClone(item) as unknown as T));
  }

  async getAll<T>(items: readonly ViewKey[]): Promise<T[]> {
    const found = await Promise.all(items.map((item) => this.get<T>(item)));
    return found.filter((item) => item !== undefined);
  }

  page<T>(view: string, { index, after, before, backward = false, limit }: ViewRange): Promise<T[]> {
    const textOf = (item: ViewKey): string | undefined =>
      (item as unknown as Readonly<Record<string, string | undefined>>)[index ?? 'key'];
    const sorted = [...this.#view(view).values()]
      .flatMap((item) => {
        const text = textOf(item);
        return text === undefined ? [] : [{ text, item }];
      })
      .filter(({ text }) => compareKeys(after, text) <= 0 && compareKeys(text, before) <= 0)
      .sort((a, b) => compareKeys(a.text, b.text));
    const ordered = backward ? sorted.reverse() : sorted;
    return Promise.resolve(ordered.slice(0, limit).map(({ item }) => structuredClone(item) as unknown as T));
  }

  create(item: ViewKey): Promise<boolean> {
    const view = this.#view(item.view);
    const isNew = !view.has(item.key);
    if (isNew) view.set(item.key, structuredClone(item));
    return Promise.resolve(isNew);
  }

  replace(item: Ranked): Promise<boolean> {
    const view = this.#view(item.view);
    const there = view.get(item.key) as Ranked | undefined;
    const isNewer = there === undefined || there.rank < item.rank;
    if (isNewer) view.set(item.key, structuredClone(item));
    return Promise.resolve(isNewer);
  }

  put(items: readonly ViewKey[]): Promise<void> {
    for (const item of items) this.#view(item.view).set(item.key, structuredClone(item));
    return Promise.resolve();
  }

  remove(items: readonly ViewKey[]): Promise<void> {
    for (const { view, key } of items) this.#view(view).delete(key);
    return Promise.resolve();
  }
}

export const createMemoryViewStore = (): ViewStore => new MemoryViewStore();
