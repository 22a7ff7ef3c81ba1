/** A value of a state or an event, as people read it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'string') return value;
  const { amount, currency } = value as { amount?: string; currency?: string };
  if (amount !== undefined && currency !== undefined) return `${amount} ${currency}`;
  return JSON.stringify(value);
}
