/** A store, or whatever has methods, with some of them replaced. */
export function overriding<T extends object>(store: T, others: Partial<T>): T {
  return new Proxy(store, {
    get(target, name) {
      const other: unknown = Reflect.get(others, name);
      if (other !== undefined) return other;
      const own: unknown = Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}
