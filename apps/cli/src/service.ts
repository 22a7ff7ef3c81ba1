import { createClient, UnreachableProductError, type HindsightClient, type Schemas } from '@hindsight/client';
import { boundedFetch } from './bounded-fetch';
import { EXIT, Failure } from './exit';

/** The address of the service, and the output format. */
export interface Service {
  readonly url: string;
  readonly token?: string;
  /** The region of an API that takes signatures. */
  readonly sigv4?: string;
  readonly json?: boolean;
}

/** @throws Failure if the address is none */
export function baseUrlOf({ url }: Service): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Failure(`--url must be an http or https address, not "${url}"`, EXIT.usage);
  return url.replace(/\/+$/, '');
}

/** Signed on the way out, so that what is signed is what is sent. */
function fetchOf({ sigv4 }: Service): typeof boundedFetch {
  if (sigv4 === undefined) return boundedFetch;
  // Loaded by those who sign.
  return async (request) => boundedFetch(await (await import('./sigv4.js')).signed(request, sigv4));
}

export const clientOf = (service: Service): HindsightClient =>
  createClient({
    baseUrl: baseUrlOf(service),
    fetch: fetchOf(service),
    ...(service.token !== undefined && { token: service.token }),
  });

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly remedies?: Schemas['Remedies'];
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** Lists the changes with which a rejected shipment would fit. */
function remedyLines(remedies: Schemas['Remedies'] | undefined): string[] {
  if (remedies === undefined) return [];
  const { possibleFrom, fits, needs } = remedies;
  return [
    `  at most ${fits} fits at that moment`,
    ...(possibleFrom === undefined ? [] : [`  all of it fits from ${possibleFrom} on`]),
    `  it would fit with ${needs.quantity} more received by ${needs.by}`,
  ];
}

/** Formats problem details for people: the title, and one line per error. */
function explain(error: unknown, status: number): string {
  const { title = `status ${status}`, detail, errors = [], remedies } = (error ?? {}) as Problem;
  const lines = errors.map(({ path, message }) => `  ${path} ${message}`.trimEnd());
  lines.push(...remedyLines(remedies));
  return [detail === undefined || errors.length > 0 ? title : `${title}: ${detail}`, ...lines].join('\n');
}

/** A failed fetch has the reason in its cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name);
  return error.message;
}

export const unreachable = (url: string, error: unknown): Failure =>
  new Failure(`no answer from ${url}: ${messageOf(error)}`, EXIT.unreachable);

/** Whatever else may answer at an address. */
const noService = (url: string): Failure =>
  new Failure(`what answers at ${url} is not Hindsight: it sent something else`, EXIT.unreachable);

function failureOf(reason: unknown, url: string): Failure {
  if (reason instanceof Failure) return reason;
  if (reason instanceof UnreachableProductError) return new Failure(reason.message, EXIT.usage);
  return reason instanceof SyntaxError ? noService(url) : unreachable(url, reason);
}

/** A failure that reports what the service answered. */
function refusalOf(error: unknown, status: number): Failure {
  const code = status >= 500 || status === 429 ? EXIT.unreachable : EXIT.refused;
  return new Failure(explain(error, status), code, error);
}

async function received<T>({ url }: Service, asked: Promise<Answer<T>>): Promise<Answer<T>> {
  return asked.catch((reason: unknown) => {
    throw failureOf(reason, url);
  });
}

/**
 * Returns the data of a response.
 * @param member that every such response has
 * @throws Failure with the problem if there is none
 */
export async function answerOf<T>(
  service: Service,
  asked: Promise<Answer<T>>,
  member?: keyof T & string,
): Promise<T> {
  const { data, error, response } = await received(service, asked);
  if (response.ok && data !== undefined) {
    const isWhole = typeof data === 'object' && data !== null && (member === undefined || member in data);
    if (isWhole) return data;
    throw noService(service.url);
  }
  throw refusalOf(error, response.status);
}

/** Returns the text of a response. @throws Failure with the problem if there is none */
export async function textOf(service: Service, asked: Promise<Answer<string>>): Promise<string> {
  const { data, error, response } = await received(service, asked);
  if (response.ok && typeof data === 'string') return data;
  throw refusalOf(error, response.status);
}
