/**
 * Deliberately broken versions. Each is a change of one place of the source, and must be caught by the random
 * histories: `npm run campaign -- mutants`.
 */
const domain = (file) => `packages/domain/src/${file}`;
const log = (file) => `packages/event-log/src/${file}`;

export const mutants = [
  {
    name: 'tie rule reversed',
    file: log('storage/keys.ts'),
    find: "export { placeKey as placeOf } from '@hindsight/domain';",
    replace:
      "export const placeOf = (at: { effectiveAt: string; version: number }): string => `${at.effectiveAt}#${String(999999999999 - at.version).padStart(12, '0')}`;",
  },
  {
    name: '< for <= in as of',
    file: log('read/state-at.ts'),
    find: 'return snapshotBefore(reading, view, throughTime(asOf));',
    replace: 'return snapshotBefore(reading, view, asOf);',
  },
  {
    name: 'correction applied after ordering (it stays at the place of its target)',
    file: log('write/change-set.ts'),
    find: 'const fact = replacement && factOf(this.reading.registry, target, replacement);',
    replace:
      'const fact = replacement && factOf(this.reading.registry, target, { ...replacement, effectiveAt: target.effectiveAt });',
  },
  {
    name: 'states stored with events trusted for ever',
    file: log('read/nearest-snapshot.ts'),
    find: 'const needed = neededAt(view.stale, timeOf(bound));',
    replace: 'const needed = 0;',
  },
  {
    name: 'no span is stale',
    file: log('read/validity.ts'),
    find: 'stale.find(({ from, to }) => from <= time && time <= to)',
    replace: 'stale.find(() => false)',
  },
  {
    name: 'checkpoint trusted too long',
    file: log('read/nearest-snapshot.ts'),
    find: 'if (neededAt(view.stale, timeOf(place)) > checkpoint.version) return undefined;',
    replace: '',
  },
  {
    name: 'checkpoint trusted at its end',
    file: log('read/nearest-snapshot.ts'),
    find: 'const complete = ends && neededAt(view.stale, timeOf(before)) <= checkpoint.version;',
    replace: 'const complete = true;',
  },
  {
    name: 'checkpoint of the future trusted for the past',
    file: log('read/nearest-snapshot.ts'),
    find: 'if (checkpoint === undefined || checkpoint.version > view.version) return undefined;',
    replace: 'if (checkpoint === undefined) return undefined;',
  },
  {
    name: 'damaged checkpoint trusted',
    file: log('storage/snapshots.ts'),
    find: 'if (item.code !== code || item.sum !== sumOf(item)) return undefined;',
    replace: '',
  },
  {
    name: 'conflict checked only at the end',
    file: domain('adjustment.ts'),
    find: 'this.#conflicts.compare(at, stateOf(this.#before), stateOf(this.#after));',
    replace: '',
    also: {
      find: '    this.#endInstant();\n    return {',
      replace:
        '    this.#endInstant();\n    if (this.#after) this.#conflicts.compare(this.#after.last, stateOf(this.#before), stateOf(this.#after));\n    return {',
    },
  },
  {
    name: 'an old deficit counts as a new conflict',
    file: domain('adjustment.ts'),
    find: 'if (!isGreater(deficit, deficitOf(before))) return;',
    replace: "if (deficit === '0') return;",
  },
  {
    name: 'knownAt ignores corrections',
    file: log('read/effective-events.ts'),
    find: 'if (entry.version > version) return;',
    replace: "if (entry.version > version && 'event' in entry) return;",
  },
  {
    name: 'corrections of the future applied',
    file: log('read/effective-events.ts'),
    find: 'if (entry.version > version) return;',
    replace: "if (entry.version > version && !('event' in entry && entry.target !== undefined)) return;",
  },
  {
    name: 'the first correction wins',
    file: log('read/effective-events.ts'),
    find: 'entry.effectiveKey > this.#winner.effectiveKey',
    replace: "(entry.effectiveKey > this.#winner.effectiveKey && !('target' in this.#winner))",
  },
  {
    name: 'repair that skips one fact',
    file: log('maintenance/repair.ts'),
    find: 'snapshot = advance(registry, productId, snapshot, fact);\n      if (!builder.add(snapshot)) {',
    replace:
      'snapshot = advance(registry, productId, snapshot, fact);\n      if (eventsRead !== 1 && !builder.add(snapshot)) {',
  },
  {
    name: 'repair that goes on from the wrong place',
    file: log('maintenance/repair.ts'),
    find: 'return { from, snapshot: snapshot ?? (await snapshotBefore(this.reading, view, from)) };',
    replace: 'return { from, snapshot: snapshot ?? null };',
  },
  {
    name: 'late by the last fact, not by the latest event',
    // Takes a retraction, a repair and a new event in the gap, in this order: rare.
    runs: '2000',
    seed: '5',
    spread: true,
    file: log('write/evaluate.ts'),
    find: 'const inOrder = from >= firstPlaceInOrder(view);',
    replace:
      "const inOrder = overlay.removed.size === 0 && from >= (view.tip ? placeOf(view.tip.last) : '');",
  },
  {
    name: 'a tie with the latest event taken for order',
    runs: '2000',
    seed: '2',
    file: log('write/evaluate.ts'),
    find: 'const inOrder = from >= firstPlaceInOrder(view);',
    replace: 'const inOrder = overlay.removed.size === 0 && from >= view.high;',
  },
  {
    name: 'the two histories meet too early',
    file: domain('adjustment.ts'),
    find: 'this.#inserted === inserted.length &&',
    replace: 'this.#inserted > 0 &&',
  },
  {
    name: 'duplicates checked after the rules',
    file: log('write/plan.ts'),
    find: "if (plan.outcome !== 'refused' || hint !== undefined) return plan;",
    replace: 'return plan;',
  },
  {
    name: 'the middle of a batch trusted',
    file: log('write/stored-states.ts'),
    find: 'if (event.version < last) return { high, stale: staleInside(stale, entries, high, last), code };',
    replace:
      'if (event.version < last) return { ...(landed && { at: landed, tip: landed }), high, stale: view.stale, code };',
  },
  {
    name: 'recorded time runs backwards',
    file: log('write/plan.ts'),
    find: 'const recordedAt = laterOf(this.clock().toISOString(), view.recordedAt);',
    replace: 'const recordedAt = this.clock().toISOString();',
  },
];
