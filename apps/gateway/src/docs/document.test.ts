import request from 'supertest';
import { eventSchema, registry } from '@hindsight/domain';
import { validate } from '@hindsight/workflow';
import { routesOf } from '../app';
import { problemTypes } from '@hindsight/api';
import { document, documentation } from '../testing/documented';
import { fakeAppender, fakeLog, gatewayWith, listeningLogger } from '../testing/fakes';

const { watch, strays } = documentation();
const client = () => watch(request.agent(gatewayWith().app));

afterEach(() => expect(strays()).toEqual([]));

describe('the documentation', () => {
  test('has the routes that the application has, and no others', () => {
    const { logger } = listeningLogger();
    const routes = routesOf({ log: fakeLog(), appender: fakeAppender(), logger }).flatMap(
      ({ method, path }) =>
        [method, ...(method === 'get' ? ['head', 'options'] : [])].map(
          (one) => `${one} ${path.replace(/:(\w+)/g, '{$1}')}`,
        ),
    );
    const documented = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    expect(documented.sort()).toEqual(routes.sort());
  });

  test('is OpenAPI 3.1, and its references lead somewhere', async () => {
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
    const bodies = Object.values(content).flatMap(
      ({ example, examples = {} }: { example?: unknown; examples?: Record<string, { value: unknown }> }) => [
        ...(example === undefined ? [] : [example]),
        ...Object.values(examples).map(({ value }) => value),
      ],
    );
    expect(bodies.length).toBeGreaterThan(registry.types.length);
    const options = { newId: () => 'new', onConflict: 'reject' } as const;
    for (const body of bodies)
      expect(validate(registry, { productId: '100', body }, options)).toHaveProperty('command');
  });

  test('is a page that loads nothing', async () => {
    const { text, headers } = await client().get('/docs').expect(200);
    expect(text).toContain('POST /products/{productId}/events');
    for (const { name } of registry.types) expect(text).toContain(name);
    expect(text).not.toMatch(/<script|<link|<img|src=|https?:/);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
  });

  test('links of the page lead somewhere', async () => {
    const { text } = await client().get('/docs');
    const ids = new Set([...text.matchAll(/id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, anchor] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(anchor);
    for (const [, path] of text.matchAll(/href="(\/[^"]*)"/g))
      await client()
        .get(path as string)
        .expect(200);
  });

  test('has a page for every problem type', async () => {
    for (const [slug, { title }] of Object.entries(problemTypes)) {
      const { text } = await client().get(`/problems/${slug}`).expect(200);
      expect(text).toContain(title);
    }
    await client().get('/problems/__proto__').expect(404);
  });
});
