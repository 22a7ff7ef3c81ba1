/** One invoice line of the file. */
export interface Line {
  /** 1 for the first record below the header. */
  readonly number: number;
  readonly invoiceNo: string;
  readonly stockCode: string;
  /** RFC 3339, UTC, milliseconds: compares as text. */
  readonly effectiveAt: string;
  /** Units sold, in millionths; negative if goods were returned or written off. */
  readonly quantity: bigint;
  /** GBP, a decimal that may be negative; empty if the line has no price. */
  readonly unitPrice: string;
  readonly description: string;
  readonly country: string;
}
