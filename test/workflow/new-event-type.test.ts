import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as Domain from '@hindsight/domain';
import { createEventLog } from '@hindsight/event-log';
import { createStepFunctions, type StepFunctions } from '@hindsight/local-aws';
import type * as Workflow from '@hindsight/workflow';
import { defaultSettings } from '../../apps/gateway/src/settings';
import { eventType } from '../fixtures/new-event-type/src/events/product-reserved';
import { startTable, type TestTable } from '../support/engine';
import { startFunctionHost, type FunctionHost } from './function-host';
import { copyRepository, type RepositoryCopy } from './repository-copy';

type OpenApi = (
  registry: Domain.Registry,
  settings: object,
) => { components?: { schemas?: Record<string, unknown> } };

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
    expect(domain.registry.reducersVersion).not.toBe(registry.reducersVersion);
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
      'process-event',
      'repair-checkpoints',
      'validate-event',
    ]);
  });

  test('is in the OpenAPI document, with its fields and its example', () => {
    const { apiDocument } = load('openapi') as { apiDocument: OpenApi };
    const document = apiDocument(domain.registry, defaultSettings);
    expect(document.components?.schemas?.['ProductReserved']).toMatchObject({
      description: eventType.summary,
      properties: { customer: { type: 'string' } },
      required: expect.arrayContaining(['eventType', 'quantity', 'customer']) as string[],
    });
    expect(JSON.stringify(document)).toContain('productReserved: two pieces for the school');
  });

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
    const log = createEventLog({
      client: table.client,
      tableName: table.tableName,
      registry: domain.registry,
    });
    expect(await log.stateAt('anvil')).toMatchObject({ found: true, version: 2, state: { quantity: '1' } });
  });
});
