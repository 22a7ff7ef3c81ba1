// Takes up what waits in a stack's dead-letter queue: `npm run redrive -- STACK [--dry-run]`. Product events of the bus
// start an execution again, requests for repair call their function again, and a message leaves the queue once that is
// accepted. Both are idempotent, so a redrive that was cut off can be repeated. Anything else is printed and stays.
import { isStack, outputsOf, regionOf } from './outputs.mjs';
import { signedFetch } from './signed-fetch.mjs';

const [stack, option] = process.argv.slice(2);
if (!isStack(stack) || (option !== undefined && option !== '--dry-run')) {
  console.error('usage: npm run redrive -- STACK [--dry-run]');
  process.exit(2);
}
const outputs = outputsOf(stack);
const region = regionOf(outputs);
const endpoint = (service) => process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`;

async function send(service, path, headers, body) {
  const request = { service, region, method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await signedFetch(`${endpoint(service)}${path}`, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} answered ${answer.status}: ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
const call = (service, version, target, body) =>
  send(service, '/', { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target }, body);
const queue = (operation, body) =>
  call('sqs', '1.0', `AmazonSQS.${operation}`, { QueueUrl: outputs.deadLetterQueueUrl, ...body });

/** An execution of that name has run: an earlier redrive was cut off before it took the message out. */
const once = (started) =>
  started.catch((error) => {
    if (!String(error).includes('ExecutionAlreadyExists')) throw error;
  });

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

/** What a message is, and how it is taken up; without `again` it can't be. */
function kindOf({ MessageId, Body }) {
  const content = parsed(Body);
  if (content?.detail?.ProductEvent?.eventType !== undefined)
    return {
      what: `event ${content.detail.ProductEvent.eventId ?? content.id}`,
      again: () =>
        once(
          call('states', '1.0', 'AWSStepFunctions.StartExecution', {
            stateMachineArn: outputs.asyncStateMachineArn,
            // One execution a message, however often it is taken up.
            name: `redrive-${MessageId}`,
            input: Body,
          }),
        ),
    };
  if (Array.isArray(content?.productIds)) {
    const name = outputs.gatewayFunctionArn
      .split(':')
      .at(-1)
      .replace(/gateway$/, 'repair-log');
    return {
      what: `repair of ${content.productIds.join(', ')}`,
      again: () =>
        send(
          'lambda',
          `/2015-03-31/functions/${name}/invocations`,
          { 'x-amz-invocation-type': 'Event' },
          content,
        ),
    };
  }
  if (content?.DDBStreamBatchInfo !== undefined)
    return { what: 'a batch of the stream: npm run hindsight -- views rebuild' };
  return { what: `no product event: ${Body.slice(0, 200)}` };
}

const seen = new Set();
const count = { again: 0, kept: 0 };
for (;;) {
  const { Messages = [] } = await queue('ReceiveMessage', { MaxNumberOfMessages: 10, VisibilityTimeout: 60 });
  const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId));
  if (fresh.length === 0) break;
  for (const message of fresh) {
    seen.add(message.MessageId);
    const { what, again } = kindOf(message);
    if (again === undefined || option === '--dry-run') {
      console.log(`${again === undefined ? 'kept' : 'would be taken up'}: ${what}`);
      count.kept += 1;
      continue;
    }
    await again();
    await queue('DeleteMessage', { ReceiptHandle: message.ReceiptHandle });
    console.log(`taken up: ${what}`);
    count.again += 1;
  }
}
console.log(`${count.again} taken up, ${count.kept} still in the queue`);
