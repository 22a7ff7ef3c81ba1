import fc from 'fast-check';
import { stateTag } from './etag';

/** Times in milliseconds from an arbitrary moment. */
const at = (milliseconds: number): string => new Date(Date.UTC(2026, 10, 1) + milliseconds).toISOString();

interface Logged {
  readonly version: number;
  readonly effective: number;
  readonly recordedAt: number;
}

/** Versions 1, 2, 3 … recorded one after the other, each effective before, at or after its recording. */
const logs = fc
  .array(fc.record({ pause: fc.nat(3), offset: fc.integer({ min: -6, max: 6 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((steps) => {
    let now = 0;
    return steps.map(({ pause, offset }, index): Logged => {
      now += pause;
      return { version: index + 1, effective: now + offset, recordedAt: now };
    });
  });

/** The effective events of the log as known through a version, up to a time: they determine the state. */
const prefix = (log: readonly Logged[], version: number, asOf: number): Logged[] =>
  log
    .filter((event) => event.version <= version && event.effective <= asOf)
    .sort((a, b) => a.effective - b.effective || a.version - b.version);

function tagAt(log: readonly Logged[], version: number, asOf: number): string | undefined {
  const last = prefix(log, version, asOf).at(-1);
  if (last === undefined) return undefined;
  const { effective, recordedAt, ...rest } = last;
  const lastEvent = {
    ...rest,
    eventId: 'x',
    eventType: 'x',
    effectiveAt: at(effective),
    recordedAt: at(recordedAt),
  };
  return stateTag({ found: true, version, lastEvent } as never);
}

test('one tag is one state: an event that becomes effective changes the tag', () => {
  fc.assert(
    fc.property(logs, (log) => {
      const head = log.at(-1) as Logged;
      const byTag = new Map<string, unknown>();
      // A read of "now" happens after the head was recorded.
      for (let now = head.recordedAt; now < head.recordedAt + 8; now += 1) {
        const tag = tagAt(log, head.version, now);
        if (tag === undefined) continue;
        const state = prefix(log, head.version, now);
        expect(byTag.get(tag) ?? state).toEqual(state);
        byTag.set(tag, state);
      }
    }),
  );
});

test('the plain version is the state when that version was recorded', () => {
  fc.assert(
    fc.property(logs, fc.nat(8), (log, later) => {
      const head = log.at(-1) as Logged;
      const now = head.recordedAt + later;
      if (tagAt(log, head.version, now) !== `"${head.version}"`) return;
      expect(prefix(log, head.version, now)).toEqual(prefix(log, head.version, head.recordedAt));
    }),
  );
});
