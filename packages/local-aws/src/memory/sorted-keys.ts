/** Texts in the order of their bytes in UTF-8, as DynamoDB sorts keys. */
export class SortedKeys {
  readonly #keys: string[] = [];
  /** A text with characters beyond U+FFFF, which UTF-16 sorts elsewhere than UTF-8. */
  #wide = false;

  get length(): number {
    return this.#keys.length;
  }

  at(index: number): string {
    return this.#keys[index] as string;
  }

  /** The index of the first key that is not before a text. */
  lowerBound(text: string): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    if (last < 0 || this.#before(keys[last] as string, text)) return keys.length;
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#before(keys[middle] as string, text)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The index of the first key that is after a text. */
  upperBound(text: string): number {
    const index = this.lowerBound(text);
    return this.#keys[index] === text ? index + 1 : index;
  }

  add(key: string): void {
    if (!this.#wide && /[\ud800-\udfff]/.test(key)) {
      this.#wide = true;
      this.#keys.sort((a, b) => (this.#before(a, b) ? -1 : 1));
    }
    const index = this.lowerBound(key);
    if (this.#keys[index] !== key) this.#keys.splice(index, 0, key);
  }

  remove(key: string): void {
    const index = this.lowerBound(key);
    if (this.#keys[index] === key) this.#keys.splice(index, 1);
  }

  #before(a: string, b: string): boolean {
    return this.#wide ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 : a < b;
  }
}
