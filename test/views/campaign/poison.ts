import { GetCommand, PutCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openDataDir } from '@hindsight/local-aws';
import { connectTo } from '../../support/engine';

/** Gives a product of one event a second one that is damaged: no code can read it. */
export async function poison(dataDir: string, productId: string): Promise<void> {
  const open = await openDataDir(dataDir);
  const client = connectTo(open.endpoint, open.secret);
  const documents = DynamoDBDocumentClient.from(client);
  const keyOf = (version: number) => ({ productId, sk: `v#${String(version).padStart(12, '0')}` });
  try {
    const { Item: first } = await documents.send(
      new GetCommand({ TableName: open.table, Key: keyOf(1), ConsistentRead: true }),
    );
    const own = { ...keyOf(2), version: 2, event: '{', idKey: 'damaged' };
    await documents.send(
      new PutCommand({
        TableName: open.table,
        Item: { ...first, ...own },
      }),
    );
  } finally {
    client.destroy();
    await open.close();
  }
}
