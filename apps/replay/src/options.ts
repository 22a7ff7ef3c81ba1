import { parseArgs } from 'node:util';
import { BATCH_LIMIT } from '@hindsight/domain';
import type { Target } from './direct';

/** What the command line says. */
export interface Options {
  readonly file: string;
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** Set: append through the log of this table, and not over HTTP. */
  readonly direct: Target | undefined;
  /** Lines; Infinity: all. */
  readonly limit: number;
  /** Products at a time. */
  readonly concurrency: number;
  /** Events in one append. */
  readonly batch: number;
}

/** The command line is wrong; the message says how. */
export class Usage extends Error {
  override readonly name = 'Usage';
}

export const usage = `Usage: npm run replay -- FILE [options]

Replays retail lines (a CSV file, or CSV packed as .gz) through the HTTP API of a running server, and compares
each product's quantity with the file afterwards. After an interruption the same command goes on where it stopped.

  --url URL          the server                       (http://127.0.0.1:3000)
  --token TOKEN      sent as a bearer token           (HINDSIGHT_TOKEN)
  --table NAME       append to this table directly, by the same rules but without a server, and check all that is
                     stored afterwards; in the AWS account of the environment, or at
  --endpoint URL     another DynamoDB, such as the embedded one
  --limit N          only the first N lines           (all)
  --concurrency N    products at a time, 1 to 64      (4)
  --batch N          events in one append, 1 to ${BATCH_LIMIT}   (${BATCH_LIMIT})
  --help             this text

Exit codes: 0 all is as the file says; 1 a mismatch, a refused event or no server; 2 wrong usage or a file that
cannot be read; 130 interrupted.`;

const MOST_CONCURRENT = 64;

/** Reads the arguments after the program's name; 'help' when they ask for it. Throws Usage. */
export function parseOptions(argv: readonly string[]): Options | 'help' {
  const { values, positionals } = read(argv);
  if (values.help === true) return 'help';
  const [file, ...others] = positionals;
  if (file === undefined) throw new Usage('name the file to replay');
  if (others.length > 0) throw new Usage(`one file at a time, not also ${others.join(', ')}`);
  const { table, url = 'http://127.0.0.1:3000', endpoint } = values;
  checkAddress('url', url);
  if (endpoint !== undefined) checkAddress('endpoint', endpoint);
  if (endpoint !== undefined && table === undefined) throw new Usage('--endpoint needs a --table');
  if (table !== undefined && values.url !== undefined) throw new Usage('--url or --table, not both');
  return {
    file,
    url,
    ...(values.token !== undefined && { token: values.token }),
    direct:
      table === undefined ? undefined : { tableName: table, ...(endpoint !== undefined && { endpoint }) },
    limit: whole('limit', values.limit, Infinity, Number.MAX_SAFE_INTEGER),
    concurrency: whole('concurrency', values.concurrency, 4, MOST_CONCURRENT),
    batch: whole('batch', values.batch, BATCH_LIMIT, BATCH_LIMIT),
  };
}

function checkAddress(name: string, address: string): void {
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return;
  throw new Usage(`--${name} must be an http or https address, not "${address}"`);
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        table: { type: 'string' },
        endpoint: { type: 'string' },
        limit: { type: 'string' },
        concurrency: { type: 'string' },
        batch: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new Usage(`--${name} must be a whole number from 1 to ${most}, not "${text}"`);
}
