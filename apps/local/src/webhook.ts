import type { Deliver } from '@hindsight/views';

const TIMEOUT_MS = 10_000;

/**
 * Delivers to an address, as one batch of CloudEvents. A receiver that answers with an error, or not at all, has taken
 * none of them.
 */
export const toWebhook =
  (url: string, send: typeof fetch = fetch): Deliver =>
  async (events) => {
    try {
      const response = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(events),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.arrayBuffer();
      return response.ok ? [] : [...events.keys()];
    } catch {
      return [...events.keys()];
    }
  };
