import { Api } from '../../support/api';
import { REGION } from '../account';
import { Inside } from '../inside';
import { serve, show, STATE_BUCKET, timed, world } from '../world';

/** Both stacks, and what Terraform then knows of them. */
export function deployment(): void {
  test('cdktf deploys dev and prod', async () => {
    const { stacks, account } = world;
    const printed = await timed('deploy dev and prod', () => stacks.deploy('dev', 'prod'));
    expect(printed).toContain('the alarms of hindsight-dev notify no one');
    expect(printed).not.toContain('the alarms of hindsight-prod notify no one');
    const [dev, prod] = [await stacks.deployed('dev'), await stacks.deployed('prod')];
    show(`resources: dev ${dev.count}, prod ${prod.count}`);
    expect(dev.outputs['tableName']).toBe('hindsight-dev-events');
    expect(prod.outputs['tableName']).toBe('hindsight-prod-events');
    const types = dev.all('aws_sfn_state_machine').map(({ type }) => String(type));
    expect(types.sort()).toEqual(['EXPRESS', 'STANDARD']);
    world.api = new Api(await serve('dev'));
    world.inside = new Inside(account, dev.outputs);
  });

  test('cdktf diff finds nothing to change in dev', async () => {
    const printed = await timed('second plan of dev', () => world.stacks.diff('dev'));
    expect(printed).toContain('No changes. Your infrastructure matches the configuration.');
  });

  test('a second plan of prod is empty', async () => {
    const { status, output } = await timed('second plan of prod', () => world.stacks.plan('prod'));
    const changes = output.split('\n').filter((line) => /^ {2}# |^Plan:/.test(line));
    expect({ status, changes }).toEqual({ status: 0, changes: [] });
  });

  test('the state of prod is in S3, and is locked by a file beside it', async () => {
    const { account, stacks } = world;
    const at = `/${STATE_BUCKET}/hindsight/${REGION}/prod.tfstate`;
    const state = JSON.parse(await account.rest('s3', 'GET', at)) as { resources: unknown[] };
    expect(state.resources.length).toBeGreaterThan(50);
    // The deployment has given its lock back.
    await expect(account.rest('s3', 'GET', `${at}.tflock`)).rejects.toThrow(/404/);
    const lock = {
      ID: 'another',
      Operation: 'OperationTypeApply',
      Who: 'somebody@elsewhere',
      Version: '1.11.4',
    };
    await account.rest('s3', 'PUT', `${at}.tflock`, JSON.stringify(lock));
    const { status, output } = await stacks.plan('prod');
    await account.rest('s3', 'DELETE', `${at}.tflock`);
    expect(status).toBe(1);
    expect(output).toMatch(/Error acquiring the state lock[^]*somebody@elsewhere/);
  });
}
