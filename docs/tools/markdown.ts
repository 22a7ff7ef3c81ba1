/** A table in Markdown. Prettier gives it its widths. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** With thousands apart, and two digits at least where it is small. */
export const figure = (value: number): string =>
  value >= 100 ? whole.format(value) : value >= 10 ? value.toFixed(1) : value.toPrecision(2);

export const usd = (value: number): string => (value >= 1000 ? whole.format(value) : value.toFixed(2));
