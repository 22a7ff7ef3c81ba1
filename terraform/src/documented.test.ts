import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsOf } from './settings';

const page = readFileSync(join(__dirname, '../../docs/how-to/deploy.md'), 'utf8');
const files = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text = '']) => text);

test.each(files.map((text) => [text]))('settings take the file of the documentation: %s', (text) => {
  const given = JSON.parse(text) as object;
  const settings = settingsOf(given) as Readonly<Record<string, unknown>>;
  const { stages = {} } = given as { stages?: object };
  expect(Object.keys(settings)).toEqual(expect.arrayContaining(['dev', 'prod', ...Object.keys(stages)]));
});

test('the documentation has files of settings', () => {
  expect(files.length).toBeGreaterThanOrEqual(2);
});
