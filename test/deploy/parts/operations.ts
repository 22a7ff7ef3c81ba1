import { dynamodb, until } from '../inside';
import { received, settle, timed, world } from '../world';

/** What one does with a deployment that runs, as docs/how-to says. */
export function operations(): void {
  const redrive = async (...options: string[]): Promise<string> => {
    const { checkout, account } = world;
    const args = ['run', '--silent', 'redrive', '--', 'dev', ...options];
    const { status, output } = await checkout.run('npm', args, { cwd: checkout.terraform, env: account.env });
    expect([status, output]).toEqual([0, expect.stringContaining('still in the queue')]);
    return output;
  };
  const letter = (body: object) =>
    world.account.call('sqs', 'AmazonSQS.SendMessage', {
      QueueUrl: world.inside.outputs['deadLetterQueueUrl'],
      MessageBody: JSON.stringify(body),
    });

  test('dead letters are taken up again, and what is no work stays', async () => {
    const event = { ...received('r1', '6'), productId: 'letter' };
    await letter({ id: 'l1', 'detail-type': 'product event', detail: { ProductEvent: event } });
    await letter({ productIds: ['twice'], trace: {} });
    await letter({ DDBStreamBatchInfo: { batchSize: 1 } });
    expect(await redrive('--dry-run')).toMatch(/^0 taken up, [3-9] still/m);
    // A dry run hides what it has seen for as long as it could take it up.
    await world.account.call('sqs', 'AmazonSQS.PurgeQueue', {
      QueueUrl: world.inside.outputs['deadLetterQueueUrl'],
    });
    await letter({ id: 'l1', 'detail-type': 'product event', detail: { ProductEvent: event } });
    await letter({ productIds: ['twice'], trace: {} });
    await letter({ DDBStreamBatchInfo: { batchSize: 1 } });
    const said = await redrive();
    expect(said).toContain('taken up: event r1');
    expect(said).toContain('taken up: repair of twice');
    expect(said).toContain('kept: a batch of the stream');
    expect(said).toMatch(/^2 taken up, 1 still in the queue$/m);
    const answer = await until(async () => {
      const { status, body } = await world.api.state('letter');
      return status === 200 ? (body as object) : undefined;
    });
    expect(answer).toMatchObject({ version: 1, state: { quantity: '6' } });
  });

  test('a restored table is put into use', async () => {
    const { account, api, stacks, checkout } = world;
    const TargetTableName = 'hindsight-dev-restored';
    await dynamodb(account, 'RestoreTableToPointInTime', {
      ...{ SourceTableName: 'hindsight-dev-events', TargetTableName, UseLatestRestorableTime: true },
    });
    // After the moment that was restored: not in the new table.
    await api.append('twice', received('after', '100'));
    const forgotten = await checkout.run(
      'terraform',
      ['-chdir=cdktf.out/stacks/dev', 'state', 'rm', 'aws_dynamodb_table.event_log'],
      { cwd: checkout.terraform, env: account.env },
    );
    expect(forgotten.status).toBe(0);
    settle({}, { tableName: TargetTableName, adoptTable: true });
    const printed = await timed('putting a restored table into use', () => stacks.deploy('dev'));
    // A stream of another table is another source of the indexer: its mapping is made anew, and nothing else.
    expect(printed).toMatch(/1 imported, 1 added, [1-9]\d* changed, 1 destroyed/);
    const dev = await stacks.deployed('dev');
    expect(dev.outputs['tableName']).toBe(TargetTableName);
    expect(await api.state('twice')).toMatchObject({ body: { version: 1, state: { quantity: '7' } } });
    expect(await api.append('twice', received('after', '1'))).toMatchObject({
      status: 201,
      body: { version: 2 },
    });
    await dynamodb(account, 'DeleteTable', { TableName: 'hindsight-dev-events' });
  });
}
