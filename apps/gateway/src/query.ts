import { parseTime } from '@hindsight/domain';
import { malformed, type FieldError } from './problems';

const TIME_HELP = 'must be a time in RFC 3339 with an offset, such as 2026-11-23T09:30:00Z';
/** A `+` in a query string is a space by the time it is read. */
const LOST_PLUS = /^\S+[T\s]\d{2}:\d{2}:\d{2}(\.\d+)? \d{2}:\d{2}$/i;

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** The raw query of a request target, without the question mark. */
function queryOf(url: string): string {
  const [target = ''] = url.split('#', 1);
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark + 1);
}

/**
 * The query parameters of one request. What is wrong is collected while parameters are asked for, and
 * `done` reports all of it at once. Unknown parameters are errors: a mistyped `asOf` must not answer
 * with the state now.
 */
export class Query {
  readonly #values = new Map<string, string[]>();
  readonly #errors: FieldError[] = [];
  readonly #known: readonly string[];

  /** @param url the request's target; @param known the names that this route takes */
  constructor(url: string, known: readonly string[]) {
    this.#known = known;
    for (const pair of queryOf(url).split('&')) {
      if (pair === '') continue;
      const equals = pair.indexOf('=');
      const name = decode(equals < 0 ? pair : pair.slice(0, equals));
      const value = decode(equals < 0 ? '' : pair.slice(equals + 1));
      if (name === undefined || value === undefined) this.refuse(name ?? '', 'is not valid percent-encoding');
      else if (known.includes(name)) this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
      else this.refuse(name, this.#hint(name));
    }
  }

  /** Remembers an error; for checks across parameters. */
  refuse(path: string, message: string): undefined {
    this.#errors.push({ path, message });
    return undefined;
  }

  /** The value of a parameter that may be given once. */
  one(name: string): string | undefined {
    const [value, ...more] = this.#values.get(name) ?? [];
    if (more.length > 0) return this.refuse(name, 'is given more than once');
    return value;
  }

  /** Normalised to UTC with milliseconds. */
  time(name: string): string | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const plus = LOST_PLUS.test(value)
      ? '; a "+" in a query string means a space: write it as %2B, or give the time in UTC with Z'
      : '';
    return parseTime(value) ?? this.refuse(name, TIME_HELP + plus);
  }

  /** A whole number within bounds. */
  integer(name: string, least: number, most: number): number | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,16}$/.test(value) ? Number(value) : NaN;
    if (number >= least && number <= most) return number;
    return this.refuse(name, `must be a whole number from ${least} to ${most}`);
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    return values.find((allowed) => allowed === value) ?? this.refuse(name, `must be ${values.join(' or ')}`);
  }

  /** The values of a parameter that may be repeated, or hold several with commas between; sorted, each once. */
  list(name: string, values: readonly string[]): string[] | undefined {
    const given = this.#values.get(name)?.flatMap((value) => value.split(','));
    if (given === undefined) return undefined;
    if (!given.every((value) => values.includes(value)))
      return this.refuse(name, `must be one or more of ${values.join(', ')}`);
    return [...new Set(given)].sort();
  }

  /** What is known: through a recorded time or through a version. */
  known(): { knownAt?: string; version?: number } {
    const knownAt = this.time('knownAt');
    const version = this.integer('version', 1, Number.MAX_SAFE_INTEGER);
    if (knownAt !== undefined && version !== undefined)
      this.refuse('version', 'cannot be combined with knownAt: give one of the two');
    return { ...(knownAt !== undefined && { knownAt }), ...(version !== undefined && { version }) };
  }

  /** @throws Problem malformed-request, with every error there was */
  done(): void {
    if (this.#errors.length > 0) throw malformed(this.#errors);
  }

  #hint(name: string): string {
    const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
    const meant = this.#known.find((known) => plain(known) === plain(name));
    if (meant !== undefined) return `is not a query parameter here: did you mean ${meant}?`;
    if (this.#known.length === 0) return 'is not a query parameter here: this address takes none';
    return `is not a query parameter here: there are ${this.#known.join(', ')}`;
  }
}
