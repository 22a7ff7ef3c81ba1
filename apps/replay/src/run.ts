import { createClient, ServerUnavailable } from './client';
import { createDirectClient, type DirectClient } from './direct';
import { MalformedFile, readLines } from './lines';
import { parseOptions, Usage, usage, type Options } from './options';
import { loadPlans, type Load } from './plan';
import { startProgress } from './progress';
import { eachOf, emptyTally, replay, verify, type Tally } from './replay';
import { eventsIn, resumeHint, summaryOf } from './report';
import { unitsSold } from './sums';

/** What a run needs of the process around it. */
export interface Surroundings {
  /** Aborted when the user wants it to stop. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

const OK = 0;
const FAILED = 1;
const MISUSED = 2;
const INTERRUPTED = 130;

/** The whole command; answers its exit code. Throws only what is a fault of this program. */
export async function run(argv: readonly string[], { signal, say, complain }: Surroundings): Promise<number> {
  try {
    const options = parseOptions(argv);
    if (options !== 'help') return await replayFile(options, { signal, say, complain });
    say(usage);
    return OK;
  } catch (error) {
    if (error instanceof ServerUnavailable) {
      complain(`${error.message}\nWith the server up (npm start), the same command goes on where it ended.`);
      return FAILED;
    }
    if (error instanceof Usage) complain(`${error.message}\n\n${usage}`);
    else if (error instanceof MalformedFile || isFileError(error)) complain(error.message);
    else throw error;
    return MISUSED;
  }
}

async function replayFile(options: Options, { signal, say }: Surroundings): Promise<number> {
  const { file, url, direct, limit } = options;
  const token = options.token ?? (process.env['HINDSIGHT_TOKEN'] || undefined);
  const target = direct === undefined ? url : `the table ${direct.tableName}`;
  const log = direct && createDirectClient(direct);
  const client = log ?? createClient({ url, token, signal });
  await client.greet();
  say(`Reading ${file}`);
  const load = await loadPlans(readLines(file), limit);
  say(`Replaying ${load.plans.length} products into ${target}`);
  const begun = now();
  const tally = signal.aborted ? emptyTally() : await send(load, { ...options, client, signal });
  const seconds = now() - begun;
  if (signal.aborted) {
    say(`${summaryOf({ load, tally, seconds, mismatches: null })}\n\n${resumeHint(tally, load)}`);
    return INTERRUPTED;
  }
  say('Comparing with the file');
  const sold = await unitsSold(readLines(file), limit);
  const mismatches = await verify(load.plans, sold, { ...options, client, signal });
  say(`\n${summaryOf({ load, tally, seconds, mismatches })}`);
  if (mismatches === null) return INTERRUPTED;
  const differences = log && (await checkLog(load, log, { ...options, signal, say }));
  if (differences === null) return INTERRUPTED;
  return mismatches.length === 0 && tally.refused === 0 && !differences ? OK : FAILED;
}

/** Checks all that is stored of the file's products; how many are not as they must be, or null when interrupted. */
async function checkLog(
  { plans }: Load,
  log: DirectClient,
  { concurrency, signal, say }: Pick<Surroundings, 'signal' | 'say'> & Pick<Options, 'concurrency'>,
): Promise<number | null> {
  say('Checking what is stored');
  let [events, differences] = [0, 0];
  await eachOf(plans, { concurrency, signal }, async ({ productId }) => {
    const { events: read, difference } = await log.verify(productId);
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

const differencesIn = (count: number): string => (count === 1 ? '1 difference' : `${count} differences`);

async function send(load: Load, options: Parameters<typeof replay>[1]): Promise<Tally> {
  const progress = startProgress(eventsIn(load), now);
  try {
    return await replay(load.plans, { ...options, onProgress: progress.update });
  } finally {
    progress.stop();
  }
}

/** Seconds, on a clock that never runs backwards. */
const now = (): number => performance.now() / 1000;

/** What the file system, the unpacking and the CSV parser throw carries a code. */
const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
