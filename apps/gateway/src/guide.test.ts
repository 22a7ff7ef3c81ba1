import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedMetrics } from './metrics/embedded';
import type { Metrics } from './metrics/metrics';
import { prometheusMetrics } from './metrics/prometheus';
import { listenToOutput } from './testing/output';
import { variables } from './variables';

const root = join(__dirname, '../../..');
const guide = ['how-to/operations.md', 'reference/settings.md']
  .map((page) => readFileSync(join(root, 'docs', page), 'utf8'))
  .join('\n');

/** The rows of a table between two markers of the guide, cell by cell. */
function table(mark: string): string[][] {
  const [, text = ''] = new RegExp(`<!-- ${mark} -->([^]*)<!-- /${mark} -->`).exec(guide) ?? [];
  const [, , ...rows] = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const namesIn = (mark: string): string[] => table(mark).map(([name = '']) => name.replaceAll('`', ''));

/** Every variable that the sources of some programs read by its name. */
function variablesRead(programs: readonly string[]): string[] {
  const found = programs.flatMap((program) => {
    const folder = join(root, 'apps', program, 'src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/\.test\.ts$|^testing/.test(file),
    );
    return files.flatMap((file) =>
      [
        ...readFileSync(join(folder, file), 'utf8').matchAll(
          /(?:\benv(?:\.|\[')|\b(?:needed|optional|required)\(')([A-Z][A-Z0-9_]+)/g,
        ),
      ].map(([, name = '']) => name),
    );
  });
  // Set or deleted, but never read.
  const written = /^AWS_(SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED|PROFILE|SESSION_TOKEN)$/;
  return [...new Set(found)].filter((name) => !written.test(name)).sort();
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

test('the guide has every variable of the gateway, with its default and its meaning', () => {
  expect(table('gateway')).toEqual(
    Object.entries(variables).map(([name, { fallback, meaning }]) => [
      `\`${name}\``,
      fallback === '' ? '–' : `\`${fallback}\``,
      cell(meaning),
    ]),
  );
});

test('and every other variable that a program reads, and no others', () => {
  const others = variablesRead(['gateway', 'local', 'handlers']).filter((name) => !(name in variables));
  expect(others.length).toBeGreaterThan(5);
  expect(namesIn('rest').sort()).toEqual(others);
});

/** All metrics. */
function countAll(metrics: Metrics): void {
  metrics.request({ method: 'GET', route: 'none', status: 500, seconds: 1 });
  const ends = ['stored', 'duplicate', 'dry_run', 'rule_broken', 'version_conflict', 'contention', 'x'];
  for (const end of ends) metrics.append({ end, seconds: 1, events: 1, retries: 1, lateBy: 1 });
}

test('and every metric, by the names that Prometheus and CloudWatch get', async () => {
  const prometheus = prometheusMetrics({ health: () => Promise.resolve({ lagMs: 1500, setAside: 2 }) });
  countAll(prometheus);
  const types = (await prometheus.text()).matchAll(/^# TYPE (hindsight_\w+)/gm);
  expect(namesIn('prometheus').sort()).toEqual([...types].map(([, name]) => name).sort());

  const written = listenToOutput();
  const cloudWatch = embeddedMetrics('guide');
  countAll(cloudWatch);
  cloudWatch.publish();
  const { _aws: said } = JSON.parse(written[0] ?? '') as {
    _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  };
  const names = said.CloudWatchMetrics.flatMap(({ Metrics: all }) => all.map(({ Name }) => Name));
  expect(namesIn('cloudwatch').sort()).toEqual(names.sort());
});
