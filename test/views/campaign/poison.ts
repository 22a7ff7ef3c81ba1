import { GetCommand, PutCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openDataDir } from '@hindsight/local-aws';
import { connectTo } from '../../support/engine';

/** Gives a product of one event a second one, of a type that no code knows. */
export async function poison(dataDir: string, productId: string): Promise<void> {
  const open = await openDataDir(dataDir);
  const client = connectTo(open.endpoint, open.secret);
  const documents = DynamoDBDocumentClient.from(client);
  const keyOf = (version: number) => ({ productId, sk: `v#${String(version).padStart(12, '0')}` });
  try {
    const { Item: first } = await documents.send(
      new GetCommand({ TableName: open.table, Key: keyOf(1), ConsistentRead: true }),
    );
    const event = JSON.stringify({ ...JSON.parse(String(first?.['event'])), eventType: 'productUnheardOf' });
    const own = { ...keyOf(2), version: 2, event, idKey: 'unheard of', effectiveKey: undefined };
    await documents.send(
      new PutCommand({
        TableName: open.table,
        Item: Object.fromEntries(
          Object.entries({ ...first, ...own }).filter(([, value]) => value !== undefined),
        ),
      }),
    );
  } finally {
    client.destroy();
    await open.close();
  }
}
