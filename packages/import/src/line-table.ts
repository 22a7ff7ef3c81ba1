import { TEXTS, type Line, type PlacedLine, type TextName } from './line';

/** A growing row of integers. */
class Column {
  #values = new Int32Array(1024);
  #length = 0;

  /** @returns the index of the value */
  push(value: number): number {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
    return this.#length - 1;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  at(index: number): number {
    const value = index < this.#length ? this.#values[index] : undefined;
    if (value === undefined) throw new RangeError(`there is no row ${index}`);
    return value;
  }
}

/** Distinguishes two lines of one product that have no id: anything else may be corrected in the file. */
const IDENTITY: readonly TextName[] = ['eventType', 'document', 'writtenAt', 'quantity'];

/**
 * The lines of a file, packed: 4 bytes for each text that the file has, and each different text once. Half a million
 * objects would weigh more.
 */
export class LineTable {
  readonly #texts: string[] = [''];
  readonly #indexes = new Map<string, number>([['', 0]]);
  readonly #numbers = new Column();
  readonly #occurrences = new Column();
  /** Columns of texts; one that is empty so far is absent. */
  readonly #columns = new Map<TextName, Column>();
  #rows = 0;

  /** Returns the row of the new line. Its occurrence is 1 until the product's occurrences are counted. */
  add(line: Line): number {
    for (const name of TEXTS) {
      const text = line[name];
      if (text !== '' || this.#columns.has(name)) this.#columnOf(name).push(this.#indexOf(name, text));
    }
    this.#occurrences.push(1);
    this.#numbers.push(line.line);
    this.#rows += 1;
    return this.#rows - 1;
  }

  /** Throws a RangeError for a row that does not exist. */
  line(row: number, productId: string): PlacedLine {
    const text = (name: TextName): string => this.#texts[this.#columns.get(name)?.at(row) ?? 0] ?? '';
    const texts = Object.fromEntries(TEXTS.map((name) => [name, text(name)])) as Record<TextName, string>;
    return { ...texts, productId, line: this.#numbers.at(row), occurrence: this.#occurrences.at(row) };
  }

  /** Counts identical lines among the rows of one product, in file order. */
  countOccurrences(rows: readonly number[]): void {
    const seen = new Map<string, number>();
    const columns = IDENTITY.flatMap((name) => this.#columns.get(name) ?? []);
    for (const row of rows) {
      const id = this.#columns.get('eventId')?.at(row) ?? 0;
      const key = id > 0 ? `id ${id}` : columns.map((column) => column.at(row)).join();
      const nth = (seen.get(key) ?? 0) + 1;
      seen.set(key, nth);
      if (nth > 1) this.#occurrences.set(row, nth);
    }
  }

  #columnOf(name: TextName): Column {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const column = new Column();
    for (let row = 0; row < this.#rows; row += 1) column.push(0);
    this.#columns.set(name, column);
    return column;
  }

  #indexOf(name: TextName, text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.#texts.push(text) - 1;
    // Events differ from each other: to look for equal ones would cost more than it saves.
    if (name !== 'content') this.#indexes.set(text, index);
    return index;
  }
}

/** Some rows of a table, in an order of their own. */
export class LineList {
  constructor(
    readonly productId: string,
    private readonly table: LineTable,
    private rows: number[] = [],
  ) {}

  get length(): number {
    return this.rows.length;
  }

  push(row: number): void {
    this.rows.push(row);
  }

  /** Call once, after all rows are added and before they are sorted. */
  countOccurrences(): void {
    this.table.countOccurrences(this.rows);
  }

  at(index: number): PlacedLine {
    const row = this.rows[index];
    if (row === undefined) throw new RangeError(`there is no line ${index}`);
    return this.table.line(row, this.productId);
  }

  /** Takes out the lines that don't satisfy the condition. */
  keep(condition: (line: PlacedLine) => boolean): void {
    this.rows = this.rows.filter((row) => condition(this.table.line(row, this.productId)));
  }

  sortByTime(): void {
    const times = new Map(this.rows.map((row) => [row, this.table.line(row, '').effectiveAt]));
    // Rows grow in the order of the file, which decides ties.
    this.rows.sort((one, other) => {
      const [a, b] = [times.get(one) ?? '', times.get(other) ?? ''];
      return a === b ? one - other : a < b ? -1 : 1;
    });
  }
}
