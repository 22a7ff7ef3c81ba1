import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintsAbout, readDockerfile, ROOT, stagesOf } from './dockerfile';

const dockerfile = readDockerfile();

test('the image follows the rules', () => {
  expect(stagesOf(dockerfile)).toHaveLength(2);
  expect(complaintsAbout(dockerfile)).toEqual([]);
});

test.each([
  ['it runs as root', /^USER node\n/m, ''],
  ['it runs as root', /^USER node$/m, 'USER root'],
  ['a base image has no version', /^FROM node:\S+$/m, 'FROM node'],
  ['a base image has no version', /^FROM node:\S+$/m, 'FROM node:latest'],
  ['the data has no volume', /^VOLUME .*\n/m, ''],
  ['no health check without a shell', /^HEALTHCHECK .*\n/m, ''],
  ['a shell would get the stop signal', /^CMD .*$/m, 'CMD npm start'],
  ['ADD unpacks and downloads: use COPY', /^COPY \. \.$/m, 'ADD . .'],
  ['a secret', /^ENV /m, 'ENV API_TOKEN=x '],
  ['npm install ignores the lock file: npm ci', /npm ci/, 'npm install'],
])('%s: found', (complaint, pattern, instead) => {
  expect(dockerfile).toMatch(pattern);
  expect(complaintsAbout(dockerfile.replace(pattern, instead))).toEqual([complaint]);
});

test('its Node is one that the tests run on, and data, dependencies and history stay out of it', () => {
  const [, major = ''] = /node:(\d+)/.exec(dockerfile) ?? [];
  const nodes = readFileSync(join(ROOT, 'test/tooling/nodes.mjs'), 'utf8');
  expect(nodes).toMatch(new RegExp(`\\b${major}\\b`));
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.git', '.hindsight', '**/node_modules', '**/dist']));
});
