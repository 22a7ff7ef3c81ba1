import { createHash } from 'node:crypto';
import request from 'supertest';
import { eventSchema, registry } from '@hindsight/domain';
import { validate } from '@hindsight/workflow';
import { routesOf } from '../app';
import { problemTypes } from '@hindsight/api';
import { lambdaAuthenticatorOf } from '../auth/api-gateway';
import { bearerTokens, openToAll } from '../auth/authenticator';
import { contractOf } from '../testing/contract';
import { document, documentation } from '../testing/documented';
import {
  fakeAppender,
  fakeLog,
  fakeViews,
  gatewayWith,
  listeningLogger,
  memoryClosings,
} from '../testing/fakes';

interface Media {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Answer {
  readonly content?: Readonly<Record<string, Media>>;
}

const bodiesIn = ({ example, examples = {} }: Media): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ value }) => value),
];

const { watch, undocumented } = documentation();
const client = () => watch(request.agent(gatewayWith().app));

afterEach(() => expect(undocumented()).toEqual([]));

describe('the documentation', () => {
  test('has the routes that the application has, and no others', () => {
    const { logger } = listeningLogger();
    const parts = { log: fakeLog(), views: fakeViews(), closings: memoryClosings() };
    const routes = routesOf({ ...parts, appender: fakeAppender(), logger }).map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    const documented = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    expect(documented.sort()).toEqual(routes.sort());
  });

  test('is OpenAPI 3.1, and all of its references resolve', async () => {
    const { body, text } = await client().get('/openapi.json').expect(200);
    expect(body.openapi).toBe('3.1.0');
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(10);
    for (const name of references) expect(body.components.schemas).toHaveProperty(name as string);
  });

  test('describes every event type, each field of it included', () => {
    const schemas = document.components?.schemas as unknown as Record<
      string,
      { properties: Record<string, object> }
    >;
    for (const type of registry.types) {
      const schema = schemas[type.name.charAt(0).toUpperCase() + type.name.slice(1)];
      const { properties = {} } = schema ?? {};
      expect(Object.keys(properties).sort()).toEqual(Object.keys(eventSchema(type).shape).sort());
      for (const field of Object.values(properties)) expect(Object.keys(field)).not.toEqual([]);
    }
  });

  test('has examples that are valid bodies', () => {
    const { content } = (document.paths?.['/products/{productId}/events']?.post?.requestBody ?? {}) as {
      content: Record<string, never>;
    };
    const bodies = Object.values(content).flatMap(bodiesIn);
    expect(bodies.length).toBeGreaterThan(registry.types.length);
    const options = { newId: () => 'new', onConflict: 'reject' } as const;
    for (const body of bodies)
      expect(validate(registry, { productId: '100', body }, options)).toHaveProperty('command');
  });

  test.each([
    [undefined, {}],
    [openToAll, {}],
    [bearerTokens([]), { bearer: expect.objectContaining({ type: 'http', scheme: 'bearer' }) as object }],
    [lambdaAuthenticatorOf({}), { bearer: expect.anything() as object }],
    [
      lambdaAuthenticatorOf({ API_AUTHORIZER: 'iam' }),
      { sigv4: expect.objectContaining({ type: 'apiKey' }) as object },
    ],
  ])('requires a token if the server does, and only then (%#)', async (authenticate, schemes) => {
    const { app } = gatewayWith(authenticate ? { authenticate } : {});
    const { body } = await request(app).get('/openapi.json').expect(200);
    const { paths, components } = body as {
      paths: typeof document.paths;
      components: { securitySchemes?: object };
    };
    expect(components.securitySchemes ?? {}).toEqual(schemes);
    const required = Object.keys(schemes).map((name) => ({ [name]: [] }));
    for (const [path, item] of Object.entries(paths ?? {})) {
      for (const operation of Object.values(item) as { security: object[]; responses: object }[]) {
        const isOpen = /^\/($|healthz|readyz|openapi\.json|docs|problems)/.test(path);
        expect([path, operation.security]).toEqual([path, isOpen ? [] : required]);
        expect('401' in operation.responses).toBe(operation.security.length > 0);
      }
    }
  });

  test('describes request defaults in words, so that generated clients need not send them', () => {
    const { post } = document.paths?.['/products/{productId}/events'] ?? {};
    const inputs = JSON.stringify([post?.requestBody, post?.parameters]);
    const named = [...inputs.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name as string,
    );
    const schemas = named.map((name) => document.components?.schemas?.[name]);
    expect(`${inputs}${JSON.stringify(schemas)}`).not.toContain('"default":');
    expect(inputs).toContain('Default: `false`.');
  });

  test('has example responses that match their schemas', () => {
    const verdictOn = contractOf(document);
    const shown = Object.entries(document.paths ?? {}).flatMap(([template, item]) =>
      Object.entries(item as Record<string, { responses: Record<string, Answer> }>).flatMap(
        ([method, { responses }]) =>
          Object.entries(responses).flatMap(([status, { content = {} }]) =>
            Object.entries(content).flatMap(([type, media]) =>
              bodiesIn(media).map((body) => ({
                method,
                path: template.replaceAll(/\{\w+\}/g, '100'),
                status: Number(status),
                headers: { 'content-type': type },
                body,
              })),
            ),
          ),
      ),
    );
    for (const seen of shown) {
      const { faults } = verdictOn(seen);
      expect(faults.filter((fault) => !fault.startsWith('the header '))).toEqual([]);
    }
    expect(shown.length).toBeGreaterThan(60);
  });

  test('is a page that runs its own scripts only, and loads nothing but the document', async () => {
    const { text, headers } = await client().get('/docs').expect(200);
    expect(text).toContain('spec-url="/openapi.json"');
    expect(text.replaceAll(/<script>.*?<\/script>/gs, '')).not.toMatch(/<link|<img|<script/);
    const policy = String(headers['content-security-policy']);
    const scripts = [...text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script as string);
    const hashes = scripts.map((one) => `'sha256-${createHash('sha256').update(one).digest('base64')}'`);
    expect(hashes).toHaveLength(2);
    expect(policy).toContain(`script-src ${hashes.join(' ')};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
  });

  test('has a page for every problem type', async () => {
    for (const [slug, { title }] of Object.entries(problemTypes)) {
      const { text } = await client().get(`/problems/${slug}`).expect(200);
      expect(text).toContain(title);
    }
    await client().get('/problems/__proto__').expect(404);
  });
});
