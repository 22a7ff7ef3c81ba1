import fc from 'fast-check';
import { contractOf } from '../../apps/gateway/src/testing/contract';
import { Sender, type Exchange } from './exchange';
import { requestsOf, type ApiDescription } from './requests';

export interface CampaignOptions {
  /** Of a running server. */
  readonly url: string;
  readonly requests: number;
  readonly seed: number;
}

/** An answer that should not have come, with the request that it was given to. */
export interface Fault {
  readonly what: string;
  readonly request: string;
}

export interface Campaign {
  readonly sent: number;
  /** The first ones. */
  readonly faults: readonly Fault[];
  readonly faultsTotal: number;
  /** How often each documented answer came. */
  readonly answers: ReadonlyMap<string, number>;
  /** Events that the server says it has stored. */
  readonly stored: number;
}

const AT_ONCE = 8;
const CHUNK = 200;
const LISTED = 20;
/** Ways in which a server may say that it does not work; 503 only where it is documented. */
const isBroken = (status: number): boolean => status >= 500 && status !== 503;

function faultsIn({ seen }: Exchange, contract: ReturnType<typeof contractOf>) {
  const { answered, faults } = contract(seen);
  return { answered, faults: isBroken(seen.status) ? [`answered ${seen.status}`, ...faults] : faults };
}

type Stored = Appended | { readonly results: readonly Appended[] };
interface Appended {
  readonly events: readonly unknown[];
}

/** The number of events that an append or an act stored. */
const eventsIn = (body: Stored): number =>
  ('results' in body ? body.results : [body]).reduce((sum, { events }) => sum + events.length, 0);

/** Sends requests made of the server's own document, and holds every answer to it. */
export async function campaign({ url, requests, seed }: CampaignOptions): Promise<Campaign> {
  const description = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDescription;
  const contract = contractOf(description);
  const arbitrary = requestsOf(description);
  const sender = new Sender(url);
  const faults: Fault[] = [];
  const answers = new Map<string, number>();
  let [sent, stored, faultsTotal] = [0, 0, 0];

  const one = async (request: Parameters<Sender['exchange']>[0]): Promise<void> => {
    let what: readonly string[];
    try {
      const exchange = await sender.exchange(request);
      const verdict = faultsIn(exchange, contract);
      what = verdict.faults;
      if (verdict.answered !== undefined)
        answers.set(verdict.answered, (answers.get(verdict.answered) ?? 0) + 1);
      if (exchange.seen.status === 201) stored += eventsIn(exchange.seen.body as Stored);
    } catch (error) {
      what = [`no answer: ${String(error)}`];
    }
    sent += 1;
    faultsTotal += what.length;
    if (faults.length < LISTED)
      faults.push(...what.map((text) => ({ what: text, request: JSON.stringify(request).slice(0, 600) })));
  };

  for (let from = 0; from < requests; from += CHUNK) {
    const numRuns = Math.min(CHUNK, requests - from);
    const queue = fc.sample(arbitrary, { numRuns, seed: seed + from });
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await one(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  sender.close();
  return { sent, faults, faultsTotal, answers, stored };
}
