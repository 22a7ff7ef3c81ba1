import { problemTypes, type FieldError, type ProblemSlug } from '@hindsight/api';

interface Details {
  /** Members in addition to type, title, status and detail. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ends a request with problem details (RFC 9457). Clients see `detail`: never put secrets in it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(slug: ProblemSlug, detail: string, { members = {}, headers = {} }: Details = {}) {
    super(detail);
    const { status, title } = problemTypes[slug];
    this.type = `/problems/${slug}`;
    this.title = title;
    this.status = status;
    this.headers = headers;
    this.#members = members;
  }

  toJSON(): Record<string, unknown> {
    const { type, title, status, message: detail } = this;
    return { type, title, status, detail, ...this.#members };
  }
}

/** 400, listing every invalid parameter, header or path in the body. */
export function malformed(errors: readonly FieldError[]): Problem {
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  return new Problem('malformed-request', detail, { members: { errors } });
}

/** 503 for a temporary failure: a retry after a few seconds may succeed. */
export function unavailable(detail: string, retryAfter = 2): Problem {
  return new Problem('unavailable', detail, { headers: { 'Retry-After': String(retryAfter) } });
}

export const noRoute = (): Problem =>
  new Problem('route-not-found', 'there is nothing at this address; see /docs');
