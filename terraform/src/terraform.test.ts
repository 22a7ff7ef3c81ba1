import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMirror, writeConfiguration } from '../scripts/provider-mirror.cjs';
import { Testing } from './testing/cdktf';
import { synthesise } from './testing/synthesised';

describe('Terraform', () => {
  const mirror = findMirror();
  const present = (() => {
    try {
      execFileSync('terraform', ['version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  const runs = present && (mirror !== undefined || process.env['TERRAFORM_REGISTRY'] !== undefined);

  (runs ? test : test.skip).each<[string, Parameters<typeof synthesise>]>([
    ['dev', ['dev']],
    ['prod with every option', ['prod', everyOption()]],
  ])(
    'finds %s valid (requires terraform and its providers)',
    (_, args) => {
      const file = join(mkdtempSync(join(tmpdir(), 'hindsight-terraform-')), 'terraformrc');
      writeConfiguration(file, mirror);
      process.env['TF_CLI_CONFIG_FILE'] = file;
      expect(Testing.fullSynth(synthesise(...args).stack)).toBeValidTerraform();
    },
    120_000,
  );
});

function everyOption(): NonNullable<Parameters<typeof synthesise>[1]> {
  return {
    encryption: 'customer',
    authorizer: { type: 'jwt', issuer: 'https://issuer.example.com/', audience: ['stock'] },
    alarmAddress: 'alarms@example.com',
    reservedConcurrency: { gateway: 50, tasks: 50 },
    capacity: { mode: 'provisioned', reads: 10, writes: 20 },
    adoptTable: true,
    logPayloads: true,
    tags: { Team: 'stock' },
  };
}
