import { dynamodb, identity } from '../inside';
import { received, settle, show, timed, world } from '../world';

export async function upgrade(): Promise<void> {
  const { account, api, checkout, stacks } = world;
  const { tableName = '' } = (await stacks.deployed('dev')).outputs;
  const before = await identity(account, tableName);
  checkout.addEventType(
    { folder: 'product-received', name: 'productReceived' },
    { folder: 'product-returned', name: 'productReturned' },
  );
  await checkout.build();
  const printed = await timed('upgrade of dev', () => stacks.deploy('dev'));
  show(/Resources: .*destroyed/.exec(printed)?.[0] ?? 'no changes');
  expect(printed).toMatch(/0 added, [1-9]\d* changed, 0 destroyed/);
  expect(await identity(account, tableName)).toEqual(before);

  const returned = { ...received('b1', '3'), eventType: 'productReturned' };
  expect(await api.append('twice', returned)).toMatchObject({
    status: 201,
    body: { version: 3, state: { quantity: '11' } },
  });
}

/** Dev goes without a trace; prod leaves its log. */
export function removal(): void {
  test('destroying dev leaves nothing of it', async () => {
    const { account, stacks } = world;
    await timed('destroy dev', () => stacks.destroy('dev'));
    expect((await stacks.deployed('dev')).count).toBe(0);
    const { TableNames } = (await dynamodb(account, 'ListTables', {})) as { TableNames: string[] };
    expect(TableNames.sort()).toEqual(['hindsight-prod-events', 'hindsight-prod-views']);
  });

  test('prod is not destroyed as long as its table is protected', async () => {
    const { account, stacks } = world;
    const before = (await stacks.deployed('prod')).count;
    await expect(timed('refusal to destroy prod', () => stacks.destroy('prod'))).rejects.toThrow();
    // cdktf may lose the last lines of what Terraform says, and with them why: asked of Terraform itself.
    const { status, output } = await stacks.plan('prod', '-destroy');
    expect(status).toBe(1);
    expect(output).toMatch(/Instance cannot be destroyed[^]*aws_dynamodb_table\.event_log/);
    expect((await stacks.deployed('prod')).count).toBe(before);
    expect(await dynamodb(account, 'DescribeTable', { TableName: 'hindsight-prod-events' })).toMatchObject({
      Table: { TableStatus: 'ACTIVE', DeletionProtectionEnabled: true },
    });
  });

  test('retiring prod leaves its table', async () => {
    const { account, stacks } = world;
    const before = await identity(account, 'hindsight-prod-events');
    await timed('retire prod', () => stacks.retire('prod'));
    expect((await stacks.deployed('prod')).count).toBe(0);
    expect(await identity(account, 'hindsight-prod-events')).toEqual(before);
  });

  test('a later prod takes the table over', async () => {
    const { account, stacks } = world;
    const { Table } = (await dynamodb(account, 'DescribeTable', { TableName: 'hindsight-prod-events' })) as {
      Table: { SSEDescription: { KMSMasterKeyArn: string } };
    };
    settle({ adoptTable: true });
    const keyId = Table.SSEDescription.KMSMasterKeyArn.split('/').at(-1) ?? '';
    const printed = await timed('plan of taking over', () => stacks.planAdoption('prod', keyId));
    expect(printed).toMatch(/aws_dynamodb_table\.event_log[^\n]* will be (updated in-place|imported)/);
    expect(printed).toMatch(/Plan: 1 to import, \d+ to add, \d+ to change, 0 to destroy/);
  });
}
