import { registry } from '@hindsight/domain';
import { z } from 'zod';
import { apiDocument } from '../openapi/document';
import * as schemas from '../openapi/schemas';
import { defaultSettings } from '../settings';

/** The document that responses are held to. */
export const document = apiDocument(registry, defaultSettings);

/** The parts of a client's response that matter here. */
interface Seen {
  readonly request: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

const BODIES: Readonly<Record<string, z.ZodType>> = {
  appendEvents: z.union([schemas.appended, schemas.execution]),
  getExecution: schemas.execution,
  getState: schemas.stateAnswer,
  listEvents: schemas.eventPage,
  getTimeline: schemas.timelinePage,
  isAlive: schemas.health,
  isReady: schemas.readiness,
};

function operationAt(path: string, method: string): Operation | undefined {
  const fits = (template: string) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}/?$`).test(path);
  const [, item] = Object.entries(document.paths ?? {}).find(([template]) => fits(template)) ?? [];
  const name = method === 'HEAD' ? 'get' : method.toLowerCase();
  return (item as Record<string, Operation> | undefined)?.[name];
}

function wrongBody(schema: z.ZodType | undefined, body: unknown): string[] {
  const parsed = schema?.safeParse(body);
  return parsed?.success === false ? [`body: ${parsed.error.message}`] : [];
}

/** What about a response is not as the documentation has it; empty: nothing. */
function undocumented({ request, status, headers, body }: Seen): string[] {
  const { method, url } = request as { method: string; url: string };
  const contentType = headers['content-type'] ?? '';
  const isProblem = contentType.startsWith('application/problem+json');
  const hasBody = method !== 'HEAD' && status !== 304 && status !== 204;
  const problems = isProblem && hasBody ? wrongBody(schemas.brokenRule, body) : [];
  const operation = operationAt(new URL(url).pathname, method);
  if (operation === undefined) return problems;
  const response = operation.responses[String(status)];
  if (response === undefined) return [`${operation.operationId} has no ${status}`, ...problems];
  if (isProblem || !hasBody) return problems;
  const [type] = contentType.split(';');
  const listed = Object.keys(response.content ?? {});
  return [
    ...(listed.includes(type ?? '') ? [] : [`${operation.operationId} ${status} has no ${type}`]),
    ...wrongBody(BODIES[operation.operationId], body),
  ];
}

/** Holds every response that a client gets to the documentation, until `strays` is asked. */
export function documentation() {
  const found: string[] = [];
  return {
    watch: <T extends { on(event: 'response', listener: (response: Seen) => void): T }>(agent: T): T =>
      agent.on('response', (response) => void found.push(...undocumented(response))),
    /** What was not as documented since the last time. */
    strays: (): string[] => found.splice(0),
  };
}
