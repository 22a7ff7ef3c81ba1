import { registry } from '@hindsight/domain';
import { apiDocument } from '@hindsight/api';
import { defaultSettings } from '../settings';
import { contractOf } from './contract';

/** The document of a server with authentication, which responses are compared with. */
export const document = apiDocument(registry, { ...defaultSettings, security: 'bearer' });
const verdictOn = contractOf(document);

/** The parts of a client's response that matter here. */
interface Response {
  readonly request: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly text: string;
}

/** Compares every response that a client receives with the documentation, until `undocumented` is called. */
export function documentation() {
  const found: string[] = [];
  const answered = new Set<string>();
  const hold = (response: Response): void => {
    const { request, status, headers } = response;
    const { method, url } = request as { method: string; url: string };
    const isJson = /[/+]json/.test(headers['content-type'] ?? '');
    // Supertest keeps no text of a type that it doesn't know.
    const body = isJson ? response.body : ((response.text as string | undefined) ?? '');
    const verdict = verdictOn({ method, path: new URL(url).pathname, status, headers, body });
    found.push(...verdict.faults);
    if (verdict.answered !== undefined) answered.add(verdict.answered);
  };
  return {
    watch: <T extends { on(event: 'response', listener: (response: Response) => void): T }>(agent: T): T =>
      agent.on('response', hold),
    /** Undocumented responses since the last call. */
    undocumented: (): string[] => found.splice(0),
    /** The documented responses received so far. */
    answered,
  };
}
