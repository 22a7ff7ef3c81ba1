import { EXIT } from '../exit';
import { now, startProgress } from '../progress';
import type { Client } from './client';
import { readLines } from './lines';
import { loadPlans, type Load } from './plan';
import { differencesIn, eventsIn, resumeHint, sentOf, summaryOf } from './report';
import { doneOf, eachOf, emptyTally, sendPlans, verify, type SendOptions, type Tally } from './send';
import { unitsSold } from './sums';

/** A file, and how to load it. */
export interface ImportOptions {
  readonly file: string;
  readonly client: Client;
  /** The server or the table, for people. */
  readonly target: string;
  /** Lines; Infinity: all. */
  readonly limit: number;
  /** Products at a time. */
  readonly concurrency: number;
  /** Events in one append. */
  readonly batch: number;
}

/** What a run needs of the process around it. */
export interface Surroundings {
  /** Aborted when the user stops the run. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * Loads a file and compares every product with it afterwards.
 * @returns the exit code of the command
 * @throws ServerUnavailable, MalformedFile, and what the file system throws
 */
export async function importFile(options: ImportOptions, { signal, say }: Surroundings): Promise<number> {
  const { file, client, target, limit } = options;
  await client.greet();
  say(`Reading ${file}`);
  const load = await loadPlans(readLines(file), limit);
  say(`Importing ${load.plans.length} products into ${target}`);
  const begun = now();
  const tally = signal.aborted ? emptyTally() : await send(load, { ...options, signal });
  const seconds = now() - begun;
  if (signal.aborted) {
    say(`${summaryOf({ load, tally, seconds, mismatches: null })}\n\n${resumeHint(tally, load)}`);
    return EXIT.interrupted;
  }
  say('Comparing with the file');
  const sold = await unitsSold(readLines(file), limit);
  const mismatches = await verify(load.plans, sold, { ...options, signal });
  say(`\n${summaryOf({ load, tally, seconds, mismatches })}`);
  if (mismatches === null) return EXIT.interrupted;
  const differences = await checkLog(load, options, { signal, say });
  if (differences === null) return EXIT.interrupted;
  if (mismatches.length > 0 || tally.refused > 0) return EXIT.refused;
  return differences > 0 ? EXIT.difference : EXIT.ok;
}

/** Checks all that is stored of the file's products, if the client can; how many differ, or null when interrupted. */
async function checkLog(
  { plans }: Load,
  { client, concurrency }: ImportOptions,
  { signal, say }: Surroundings,
): Promise<number | null> {
  const { verify: verifyProduct } = client;
  if (verifyProduct === undefined) return 0;
  say('Checking what is stored');
  let [events, differences] = [0, 0];
  await eachOf(plans, { concurrency, signal }, async ({ productId }) => {
    const { events: read, difference } = await verifyProduct(productId);
    events += read;
    if (difference === undefined) return;
    differences += 1;
    const { invariant, item, expected, found } = difference;
    say(`difference: ${productId} ${item}: ${invariant}: expected ${expected}, found ${found}`);
  });
  if (signal.aborted) return null;
  say(`${differencesIn(differences)} in ${plans.length} products, ${events} events`);
  return differences;
}

async function send(load: Load, options: SendOptions): Promise<Tally> {
  const progress = startProgress(eventsIn(load), 'events');
  try {
    return await sendPlans(load.plans, {
      ...options,
      onProgress: (tally) => progress.update(doneOf(tally), sentOf(tally)),
    });
  } finally {
    progress.stop();
  }
}
