// npm run bench:layers [-- --rounds N]
//
// Where the time of one append over HTTP goes: the same append at every layer, from two bare requests to the engine up
// to the server, by turns in one run. What a layer takes more than the one below is its own. Beside the time, the
// processor time that this process spends on it, which other processes hardly disturb.
import { createRequire } from 'node:module';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { connection, startEngine } from './engine.mjs';
import { hindsightHttp } from './contestants/hindsight-http.mjs';
import { eventAt, hindsightLog } from './contestants/hindsight-log.mjs';
import { nextVersion } from './contestants/stream.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const require = createRequire(import.meta.url);
const sdk = require('@aws-sdk/client-dynamodb');
const { registry } = require('@hindsight/domain');
const { appendRequestOf, createDynamoDbStore } = require('@hindsight/event-log');
const { createStepFunctions, serveStepFunctions } = require('@hindsight/local-aws');
const { createProductLog, stateMachineDefinition, validate } = require('@hindsight/workflow');
// As the gateway and `npm start` do it.
const { createFunctions, functionArn } = require('../../apps/local/dist/functions.js');
const { createClients } = require('../../apps/gateway/dist/clients.js');
const { createAppender } = require('../../apps/gateway/dist/appender.js');

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '300' } } });
const rounds = Number(values.rounds);
const TABLE = 'hindsight';

/** A request to the engine as an SDK sends it, but for the signature and all that the SDK does around it. */
function bareClient(endpoint) {
  const agent = new Agent({ keepAlive: true });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=local/20260301/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
  return (operation, body) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'content-length': Buffer.byteLength(text),
        authorization,
        'x-amz-date': '20260301T000000Z',
      };
      request(endpoint, { method: 'POST', agent, headers }, (response) => {
        let answer = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk) => (answer += chunk))
          .on('end', () => (response.statusCode === 200 ? resolve(answer) : reject(new Error(answer))));
      })
        .on('error', reject)
        .end(text);
    });
}

const headQuery = (productId) => ({
  TableName: TABLE,
  ConsistentRead: true,
  KeyConditionExpression: '#p = :p AND #k BETWEEN :after AND :before',
  ExpressionAttributeNames: { '#p': 'productId', '#k': 'sk' },
  ExpressionAttributeValues: { ':p': { S: productId }, ':after': { S: 'v#' }, ':before': { S: 'v#~' } },
  ScanIndexForward: false,
  Limit: 1,
});

/** The look for an id that is new. */
const idQuery = (productId) => ({
  TableName: TABLE,
  IndexName: 'byId',
  ConsistentRead: true,
  KeyConditionExpression: 'productId = :p AND idKey = :id',
  ExpressionAttributeValues: { ':p': { S: productId }, ':id': { S: 'new' } },
  Limit: 1,
});

/** The writes of the log's appends, planned beforehand; only their sending is timed. */
async function plannedWrites(endpoint, log) {
  const client = new sdk.DynamoDBClient(connection(endpoint));
  const planner = createProductLog({ store: createDynamoDbStore(client, TABLE) });
  return async (productId) => {
    await log.operations.append(productId, 10);
    const body = { productId, body: eventAt(nextVersion(productId, 10)) };
    const { command } = validate(registry, body, { newId: String, onConflict: 'reject' });
    const { items } = await planner.plan(command);
    return appendRequestOf(TABLE, items).put;
  };
}

async function machine(endpoint) {
  Object.assign(process.env, {
    TABLE_NAME: TABLE,
    DYNAMODB_ENDPOINT: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const functions = createFunctions();
  functions.load();
  const stepFunctions = createStepFunctions({
    definition: stateMachineDefinition(registry, functionArn),
    invoke: functions.invoke,
    dynamodb: new sdk.DynamoDBClient(connection(endpoint)),
  });
  const served = await serveStepFunctions(stepFunctions, connection(endpoint));
  const { sfn } = createClients({
    tableName: TABLE,
    stateMachineArn: stepFunctions.stateMachineArn,
    asyncStateMachineArn: undefined,
    region: 'us-east-1',
    dynamoDbEndpoint: endpoint,
    sfnEndpoint: served.endpoint,
    logLevel: 'silent',
  });
  const appender = createAppender({ client: sfn, stateMachineArn: stepFunctions.stateMachineArn });
  return { stepFunctions, appender, close: () => sfn.destroy() || served.close() };
}

async function layersOn(endpoint) {
  const log = await hindsightLog({ endpoint });
  const http = await hindsightHttp({ endpoint });
  const bare = bareClient(endpoint);
  const client = new sdk.DynamoDBClient(connection(endpoint));
  const planned = await plannedWrites(endpoint, log);
  const { stepFunctions, appender, close } = await machine(endpoint);
  const input = (id) => ({ productId: id, body: eventAt(nextVersion(id, 10)) });
  const succeeded = ({ status, cause }) => status === 'SUCCEEDED' || Promise.reject(new Error(cause));
  const layers = [
    {
      name: 'the engine, by bare requests: two queries and a put',
      prepare: planned,
      run: async (id, write) => {
        await bare('Query', headQuery(id));
        await bare('Query', idQuery(id));
        await bare('PutItem', write);
      },
    },
    {
      name: 'the SDK',
      prepare: planned,
      run: async (id, write) => {
        await client.send(new sdk.QueryCommand(headQuery(id)));
        await client.send(new sdk.QueryCommand(idQuery(id)));
        await client.send(new sdk.PutItemCommand(write));
      },
    },
    { name: 'the log: plan, checks, items', run: (id) => log.operations.append(id, 10) },
    {
      name: 'the workflow: state machine and functions',
      run: async (id) =>
        succeeded(await stepFunctions.startSyncExecution({ input: JSON.stringify(input(id)) })),
    },
    { name: "Step Functions' protocol, both sides of it", run: (id) => appender.append(input(id)) },
    { name: 'the gateway, in its process', run: (id) => http.operations.append(id, 10), elsewhere: true },
  ];
  const stop = async () => {
    await close();
    await http.stop();
    log.stop();
    client.destroy();
  };
  return { layers, stop, fill: log.fill };
}

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

async function measure(layers) {
  const samples = layers.map(() => ({ wall: [], cpu: [] }));
  for (let round = 0; round < rounds + 20; round += 1) {
    for (const [index, { prepare, run }] of layers.entries()) {
      const id = `layer-${index}`;
      const prepared = await prepare?.(id);
      const [started, before] = [performance.now(), process.cpuUsage()];
      await run(id, prepared);
      const { user, system } = process.cpuUsage(before);
      if (round < 20) continue;
      samples[index].wall.push(performance.now() - started);
      samples[index].cpu.push((user + system) / 1000);
    }
  }
  return samples.map(({ wall, cpu }) => ({ wall: median(wall), cpu: median(cpu) }));
}

const engine = await startEngine();
const { layers, stop, fill } = await layersOn(engine.endpoint);
try {
  for (const index of layers.keys()) await fill(`layer-${index}`, 10);
  const medians = await measure(layers);
  const whole = medians.at(-1).wall;
  console.log('| layer | ms, with all below | its own | of the whole | processor ms, here | its own |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const [index, { name, elsewhere }] of layers.entries()) {
    const { wall, cpu } = medians[index];
    const below = medians[index - 1] ?? { wall: 0, cpu: 0 };
    const cells = [wall.toFixed(2), (wall - below.wall).toFixed(2)];
    const share = `${(((wall - below.wall) / whole) * 100).toFixed(0)} %`;
    const processor = elsewhere ? ['–', '–'] : [cpu.toFixed(2), (cpu - below.cpu).toFixed(2)];
    console.log(`| ${[name, ...cells, share, ...processor].join(' | ')} |`);
  }
} finally {
  await stop();
  await engine.stop();
}
process.exit();
