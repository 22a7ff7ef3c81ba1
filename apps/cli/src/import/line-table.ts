import type { Line } from './line';

interface IndexedCells<Value> {
  readonly length: number;
  [index: number]: Value;
}

/** A growing row of integers. */
abstract class GrowingRow<Value, Cells extends IndexedCells<Value>> {
  protected abstract values: Cells;
  private length = 0;

  protected abstract copyTo(length: number): Cells;

  /** Answers the place of the value. */
  push(value: Value): number {
    if (this.length === this.values.length) this.values = this.copyTo(this.length * 2);
    this.values[this.length] = value;
    return this.length++;
  }

  set(place: number, value: Value): void {
    this.values[place] = value;
  }

  at(place: number): Value {
    const value = place < this.length ? this.values[place] : undefined;
    if (value === undefined) throw new RangeError(`there is no row ${place}`);
    return value;
  }
}

class Column extends GrowingRow<number, Int32Array> {
  protected values = new Int32Array(1024);

  protected copyTo(length: number): Int32Array<ArrayBuffer> {
    const larger = new Int32Array(length);
    larger.set(this.values);
    return larger;
  }
}

class Quantities extends GrowingRow<bigint, BigInt64Array> {
  protected values = new BigInt64Array(1024);

  protected copyTo(length: number): BigInt64Array<ArrayBuffer> {
    const larger = new BigInt64Array(length);
    larger.set(this.values);
    return larger;
  }
}

/** A line among those of its product. */
export interface PlacedLine extends Line {
  /** 1 for the product's first line on this invoice, 2 for its second … in the order of the file. */
  readonly occurrence: number;
}

/** The lines of a file, packed: 40 bytes a line and each different text once, as half a million objects weigh more. */
export class LineTable {
  private readonly texts: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly quantities = new Quantities();
  private readonly columns = {
    number: new Column(),
    occurrence: new Column(),
    invoiceNo: new Column(),
    stockCode: new Column(),
    effectiveAt: new Column(),
    unitPrice: new Column(),
    description: new Column(),
    country: new Column(),
  };

  /** Returns the row of the new line. Its occurrence is 1 until the product's occurrences are counted. */
  add(line: Line): number {
    const { columns } = this;
    columns.occurrence.push(1);
    this.quantities.push(line.quantity);
    columns.invoiceNo.push(this.placeOf(line.invoiceNo));
    columns.stockCode.push(this.placeOf(line.stockCode));
    columns.effectiveAt.push(this.placeOf(line.effectiveAt));
    columns.unitPrice.push(this.placeOf(line.unitPrice));
    columns.description.push(this.placeOf(line.description));
    columns.country.push(this.placeOf(line.country));
    return columns.number.push(line.number);
  }

  /** Throws a RangeError for a row that does not exist. */
  line(row: number): PlacedLine {
    const { columns } = this;
    const text = (column: Column) => this.texts[column.at(row)] ?? '';
    return {
      number: columns.number.at(row),
      occurrence: columns.occurrence.at(row),
      quantity: this.quantities.at(row),
      invoiceNo: text(columns.invoiceNo),
      stockCode: text(columns.stockCode),
      effectiveAt: text(columns.effectiveAt),
      unitPrice: text(columns.unitPrice),
      description: text(columns.description),
      country: text(columns.country),
    };
  }

  /** Counts the occurrences of each invoice among these rows of one product, which must be in file order. */
  countOccurrences(rows: readonly number[]): void {
    const { invoiceNo, occurrence } = this.columns;
    const seen = new Map<number, number>();
    for (const row of rows) {
      const nth = (seen.get(invoiceNo.at(row)) ?? 0) + 1;
      seen.set(invoiceNo.at(row), nth);
      occurrence.set(row, nth);
    }
  }

  private placeOf(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    this.places.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

/** Some rows of a table, in an order of their own. */
export class LineList implements Iterable<PlacedLine> {
  constructor(
    private readonly table: LineTable,
    private readonly rows: number[],
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

  slice(from: number, to: number): PlacedLine[] {
    return this.rows.slice(from, to).map((row) => this.table.line(row));
  }

  /** The number of lines before the first one that does not satisfy the condition. */
  countWhile(holds: (line: Line) => boolean): number {
    const end = this.rows.findIndex((row) => !holds(this.table.line(row)));
    return end < 0 ? this.rows.length : end;
  }

  sort(compare: (one: Line, other: Line) => number): void {
    this.rows.sort((one, other) => compare(this.table.line(one), this.table.line(other)));
  }

  *[Symbol.iterator](): Iterator<PlacedLine> {
    for (const row of this.rows) yield this.table.line(row);
  }
}
