// node test/fuzz/run.mjs --requests N --seed S    requests made of the OpenAPI document, against a running server
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const env = { ...process.env, FUZZ_REQUESTS: values.requests, SEED: values.seed };
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), 'test/fuzz'], {
  cwd: root,
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
