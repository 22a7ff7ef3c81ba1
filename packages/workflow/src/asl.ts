/** A state of the Amazon States Language, as JSON. */
export type AslState = Readonly<Record<string, unknown>> & { readonly Type: string };

/** How a task that failed is retried. */
export const backoff = {
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 5,
  MaxAttempts: 4,
  JitterStrategy: 'FULL',
};

/** A named failure. Its cause is a JSON text, like the causes of refusals. */
export const failed = (Error: string, detail: string): AslState => ({
  Type: 'Fail',
  Error,
  Cause: JSON.stringify({ detail }),
});
