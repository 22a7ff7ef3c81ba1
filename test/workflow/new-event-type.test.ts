import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Domain from '@hindsight/domain';
import { createStepFunctions, type StepFunctions } from '@hindsight/local-aws';
import type * as Workflow from '@hindsight/workflow';
import { openLog } from '../support/log';
import { eventType } from '../fixtures/new-event-type/src/events/product-reserved';
import { startTable, type TestTable } from '../support/engine';
import { startFunctionHost, type FunctionHost } from './function-host';
import { copyRepository, type RepositoryCopy } from './repository-copy';

/** What a user of the client may write once the type exists; each expected error is one. */
const CLIENT_CODE = `
import { createClient, type Schemas } from './packages/client/src';
const client = createClient({ baseUrl: 'http://service' });
const params = { path: { productId: 'anvil' } };
const event = { eventType: 'productReserved', quantity: 2, customer: 'the school' } as const;
const address = '/products/{productId}/events';
export const calls = [
  client.POST(address, { params, body: event }),
  client.POST(address, { params, body: { ...event, priority: 'urgent', partial: true, lines: ['a'], shelf: 3 } }),
  // @ts-expect-error: not one of the priorities
  client.POST(address, { params, body: { ...event, priority: 'high' } }),
  // @ts-expect-error: not a boolean
  client.POST(address, { params, body: { ...event, partial: 'yes' } }),
  // @ts-expect-error: not a list of texts
  client.POST(address, { params, body: { ...event, lines: [1] } }),
  // @ts-expect-error: not an integer
  client.POST(address, { params, body: { ...event, shelf: '3' } }),
  // @ts-expect-error: no customer
  client.POST(address, { params, body: { eventType: 'productReserved', quantity: 2 } }),
];
export function read(recorded: Schemas['RecordedProductReserved']): unknown[] {
  const priority: 'normal' | 'urgent' | undefined = recorded.priority;
  const partial: boolean | undefined = recorded.partial;
  const lines: string[] | undefined = recorded.lines;
  const shelf: number | undefined = recorded.shelf;
  const quantity: string = recorded.quantity;
  return [priority, partial, lines, shelf, quantity];
}
`;

const arnOf = (name: string) => `arn:aws:lambda:eu-central-1:000000000000:function:${name}`;
const [example] = eventType.examples;

let copy: RepositoryCopy;
let table: TestTable;
let domain: typeof Domain;
let workflow: typeof Workflow;
let functions: FunctionHost;
let stepFunctions: StepFunctions;

const load = (name: string): object =>
  jest.requireActual<object>(join(copy.path, 'node_modules/@hindsight', name));

beforeAll(async () => {
  copy = copyRepository({
    from: join(__dirname, '../fixtures/new-event-type/src/events/product-reserved'),
    to: 'packages/domain/src/events/product-reserved',
  });
  copy.generate();
  copy.build();
  domain = load('domain') as typeof Domain;
  workflow = load('workflow') as typeof Workflow;
  table = await startTable();
  functions = await startFunctionHost(copy.functions, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    TABLE_NAME: table.tableName,
    DYNAMODB_ENDPOINT: table.endpoint,
  });
  stepFunctions = createStepFunctions({
    definition: workflow.stateMachineDefinition(domain.registry, arnOf),
    invoke: (arn, payload) => functions.invoke(arn.slice(arn.lastIndexOf(':') + 1), payload),
    dynamodb: table.client,
  });
}, 60_000);

afterAll(async () => {
  await stepFunctions.drain();
  await functions.stop();
  await table.stop();
  copy.remove();
});

describe('one folder more in the domain, and no other file', () => {
  test('is an event type that bodies are read as', () => {
    const parsed = domain.parseEvents(domain.registry, example?.event, {
      productId: 'anvil',
      newId: () => 'e',
    });
    expect(parsed).toMatchObject({
      ok: true,
      events: [{ eventType: 'productReserved', customer: 'the school' }],
    });
    const wrong = domain.parseEvents(
      domain.registry,
      { ...example?.event, customer: 5 },
      { productId: 'anvil', newId: () => 'e' },
    );
    expect(wrong).toMatchObject({ ok: false, errors: [{ path: 'customer', message: 'must be a string' }] });
  });

  test('is other code for stored states, which are then not trusted blindly', () => {
    const { registry } = jest.requireActual<typeof Domain>('@hindsight/domain');
    expect(registry.get('productReserved')).toBeUndefined();
    expect(domain.registry.revision).not.toBe(registry.revision);
  });

  test('has its branch of the router and its state, which calls the function of all types', () => {
    const { States } = workflow.stateMachineDefinition(domain.registry, arnOf);
    expect(States['EventRouter']?.['Choices']).toContainEqual({
      Variable: '$.route',
      StringEquals: 'type:productReserved',
      Next: 'ProcessProductReserved',
    });
    expect(States['ProcessProductReserved']).toMatchObject({ Resource: arnOf('process-event') });
  });

  test('adds no Lambda function', () => {
    expect(readdirSync(copy.functions).sort()).toEqual([
      'index-views',
      'process-event',
      'repair-log',
      'validate-event',
    ]);
  });

  test('is in the OpenAPI document, with its fields and its example', () => {
    const { document } = load('openapi') as { document: { components: { schemas: object } } };
    const schemas = document.components.schemas as Record<string, unknown>;
    expect(schemas['ProductReserved']).toMatchObject({
      description: eventType.summary,
      properties: { customer: { type: 'string' } },
      required: expect.arrayContaining(['eventType', 'quantity', 'customer']) as string[],
    });
    expect(JSON.stringify(document)).toContain('productReserved: two pieces for the school');
  });

  test('has the right types in the generated client', () => {
    writeFileSync(join(copy.path, 'use.ts'), CLIENT_CODE);
    const compiler = require.resolve('typescript/bin/tsc');
    const flags = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,dom --module nodenext';
    const { status, stdout } = spawnSync(process.execPath, [
      compiler,
      ...flags.split(' '),
      join(copy.path, 'use.ts'),
    ]);
    expect({ status, errors: stdout.toString() }).toEqual({ status: 0, errors: '' });
  }, 60_000);

  test('goes through the workflow like any other, in the bundled functions', async () => {
    const append = async (body: unknown) => {
      const input = JSON.stringify({ productId: 'anvil', body });
      return stepFunctions.startSyncExecution({ input });
    };
    await append({ eventType: 'productReceived', quantity: 3 });
    const stored = await append(example?.event);
    expect(stored.status).toBe('SUCCEEDED');
    expect(JSON.parse('output' in stored ? stored.output : '')).toMatchObject({
      version: 2,
      state: { quantity: '1' },
    });
    expect(await append(example?.event)).toMatchObject({ status: 'FAILED', error: 'RuleBroken' });
    const log = openLog({
      client: table.client,
      tableName: table.tableName,
      registry: domain.registry,
    });
    expect(await log.stateAt('anvil')).toMatchObject({ found: true, version: 2, state: { quantity: '1' } });
  });
});
