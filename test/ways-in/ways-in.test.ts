import { ownServer } from '../support/own-server';
import { Draw, type Drawn } from './draw';

const RUNS = Number(process.env['RUNS'] ?? 150);
const SEED = Number(process.env['SEED'] ?? 1);

jest.setTimeout(60 * 60_000);

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe('whatever comes in', () => {
  const server = ownServer();

  async function post(path: string, { body, headers }: Drawn): Promise<Answer> {
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  }

  /** What a dry run can't know: when the append is recorded. */
  const timeless = (text: string): string => text.replace(/"recordedAt":"[^"]*"/g, '"recordedAt":""');

  /** Each key of a JSON object with its text, in order: an object literal can't have all of them. */
  const entriesOf = (json: string): [string, string][] =>
    Object.entries(JSON.parse(json) as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));

  async function kept(path: string, { metadata }: Drawn): Promise<void> {
    const page = await (await fetch(`${server.url}${path}?limit=200`)).text();
    const { events } = JSON.parse(page) as { events: { metadata: object }[] };
    expect(events.map((event) => entriesOf(JSON.stringify(event.metadata)))).toEqual(metadata.map(entriesOf));
  }

  test(`${RUNS} random appends (seed ${SEED}) are taken within the limits and refused beyond, in a dry run as in earnest`, async () => {
    const draw = new Draw(SEED);
    const statuses = new Map<number, number>();
    for (let run = 0; run < RUNS; run += 1) {
      const drawn = draw.next();
      const path = `/products/p${run}/events`;
      const dry = await post(`${path}?dryRun=true`, drawn);
      const first = await post(path, drawn);
      const shown = { run, headers: drawn.headers, body: drawn.body.slice(0, 3000) };
      statuses.set(first.status, (statuses.get(first.status) ?? 0) + 1);
      // An append that the workflow's states can't carry is refused, too.
      const expected = drawn.valid ? [201, 413] : [400, 413, 422];
      expect({ ...shown, status: first.status }).toEqual({
        ...shown,
        status: expected.find((one) => one === first.status),
      });
      expect(dry.status).toBe(first.status === 201 ? 200 : first.status);
      expect(timeless(dry.text.replace(/,"dryRun":true/, ''))).toBe(timeless(first.text));
      if (first.status !== 201) continue;
      expect(await post(path, drawn)).toEqual({ status: 200, text: first.text });
      await kept(path, drawn);
    }
    // Both sides of the limits were seen.
    expect(statuses.get(201)).toBeGreaterThan(RUNS / 10);
    expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([201, 413, 422]));
  });
});
