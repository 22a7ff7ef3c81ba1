import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Credentials } from '../credentials';

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A GetItem as the SDK signs it for an endpoint, not sent. */
export async function signedGet(endpoint: string, credentials: Credentials): Promise<SignedRequest> {
  let signed: { headers: Record<string, string>; body: Uint8Array } | undefined;
  const handle = (request: unknown) => {
    signed = request as typeof signed;
    return Promise.resolve({ response: { statusCode: 200, headers: {}, body: Readable.from(['{}']) } });
  };
  const requestHandler = { handle } as never;
  const client = new DynamoDBClient({ endpoint, credentials, region: 'us-east-1', requestHandler });
  await client.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'ä  b' } } }));
  if (signed === undefined) throw new Error('nothing was sent');
  return { headers: signed.headers, body: Buffer.concat([signed.body]) };
}
