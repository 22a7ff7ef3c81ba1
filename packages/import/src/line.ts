/** The texts of a line besides its product, all in their canonical form; empty: the line has none. */
export const TEXTS = [
  'effectiveAt',
  'writtenAt',
  'document',
  'eventId',
  'eventType',
  'quantity',
  'unitPrice',
  'currency',
  'name',
  'unit',
  'color',
  'size',
  'reorderPoint',
  'reason',
  'country',
  'content',
] as const;
export type TextName = (typeof TEXTS)[number];

/**
 * One line of a file. `effectiveAt` is UTC with milliseconds, so it compares as text; `writtenAt` is the time as the
 * file writes it, before any time zone. `quantity` and `unitPrice` are canonical decimals, the quantity with the sign
 * of the kind of file. `content` is the JSON of an event, in files of events.
 */
export type Line = Readonly<Record<TextName, string>> & {
  /** The number of its first line, as an editor shows it. */
  readonly line: number;
  readonly productId: string;
};

/** A line among those of its product. */
export type PlacedLine = Line & {
  /** 1 for the first of several identical lines, 2 for the second … in file order. */
  readonly occurrence: number;
};

const NONE = Object.fromEntries(TEXTS.map((name) => [name, ''])) as Record<TextName, string>;

/** A line with these texts, and without the others. */
export const lineOf = (line: number, productId: string, texts: Partial<Record<TextName, string>>): Line => ({
  ...NONE,
  ...texts,
  line,
  productId,
});
