import { resolve } from 'node:path';
import { registry } from '@hindsight/domain';
import { App } from './aws';
import { bundlesIn } from './bundles';
import { HindsightStack } from './hindsight-stack';
import { loadSettings } from './settings';

function main(): void {
  const settings = loadSettings();
  const bundles = bundlesIn(resolve(__dirname, '../..'));
  const app = new App();
  for (const [stage, own] of Object.entries(settings))
    new HindsightStack(app, stage, { settings: own, registry, bundles });
  app.synth();
}

/** Deployment errors that are not bugs. The message describes the fix. */
const EXPECTED = ['SettingsInvalid', 'BundleMissing', 'StateOfAnotherDeployment'];

try {
  main();
} catch (error) {
  if (!(error instanceof Error) || !EXPECTED.includes(error.name)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
