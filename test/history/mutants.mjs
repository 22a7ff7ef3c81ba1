/**
 * Deliberately broken versions. Each is a change of one place of the source, and must be caught by the random
 * histories: `npm run campaign -- mutants`.
 */
const bitemporal = (file) => `packages/bitemporal/src/${file}`;
const log = (file) => `packages/event-log/src/${file}`;

export const mutants = [
  {
    name: 'tie rule reversed',
    file: log('storage/keys.ts'),
    find: "export { positionKey } from '@hindsight/bitemporal';",
    replace:
      "export const positionKey = (at: { effectiveAt: string; version: number }): string => `${at.effectiveAt}#${String(999999999999 - at.version).padStart(12, '0')}`;",
  },
  {
    name: '< for <= in as of',
    file: log('read/state-at.ts'),
    find: 'return stateBefore(context, log, throughTime(asOf));',
    replace: 'return stateBefore(context, log, asOf);',
  },
  {
    name: 'correction applied after ordering (it stays at the place of its target)',
    file: log('read/change-set.ts'),
    find: 'const effective = replacement && effectiveEventOf(this.context.domain, target, replacement, version);',
    replace:
      'const effective = replacement && effectiveEventOf(this.context.domain, target, { ...replacement, effectiveAt: target.effectiveAt }, version);',
  },
  {
    name: 'states stored with events trusted for ever',
    file: log('read/state-before.ts'),
    find: 'if (stored === undefined || neededAt(log.invalidated, time) <= entry.version) return stored;',
    replace: 'return stored;',
  },
  {
    name: 'no span is stale',
    file: log('storage/validity.ts'),
    find: 'invalidated.find(({ from, to }) => from <= time && time <= to)',
    replace: 'invalidated.find(() => false)',
  },
  {
    name: 'a patch is applied twice',
    file: log('read/state-before.ts'),
    find: 'shifted(domain, log.streamId, stored, delta)',
    replace: 'shifted(domain, log.streamId, stored, 2n * delta)',
  },
  {
    name: 'a patch is applied to what an earlier late event made wrong',
    runs: '2000',
    file: log('storage/validity.ts'),
    find: 'version >= patch.base && (',
    replace: '(',
  },
  {
    name: 'a patch lasts beyond the event at which the histories are one again',
    runs: '4000',
    file: log('write/stored-states.ts'),
    find: ', ...(end !== undefined && { end: ms(end) })',
    replace: '',
  },
  {
    name: 'a summary forgets the open instant',
    runs: '4000',
    file: bitemporal('effects.ts'),
    find: 'const ended = left.to < right.from ? endOf(left) : NOWHERE;',
    replace: 'const ended = NOWHERE;',
  },
  {
    name: 'a tree does not include what it says',
    file: log('maintenance/repair.ts'),
    find: 'touched: isSameEnd ? touched : [...touched, root.end],',
    replace: 'touched: isSameEnd ? [] : [root.end],',
  },
  {
    name: 'what was recorded after the tree is not looked at',
    file: log('read/summary-tree.ts'),
    find: 'const isCurrent = root.through >= late || root.through >= version;',
    replace: 'const isCurrent = root.through > 0 || late > 0;',
  },
  {
    name: 'summary of the future trusted for the past',
    file: log('read/summary-tree.ts'),
    find: 'if (maxVersion > version || this.touched',
    replace: 'if (this.touched',
  },
  {
    name: 'damaged summary trusted',
    file: log('storage/summaries.ts'),
    find: '  if (item.sum !== sumOf(streamOf(item), place, item)) return undefined;\n',
    replace: '',
  },
  {
    name: 'a difference is carried over a count',
    runs: '4000',
    file: bitemporal('difference.ts'),
    find: '  if (delta !== 0n && !run.keeps) return undefined;\n',
    replace: '',
  },
  {
    name: 'an attribute that differs is carried over the event that sets it',
    runs: '4000',
    file: bitemporal('difference.ts'),
    find: '  if (different.some((name) => sets(run, name, was) || sets(run, name, is))) return undefined;\n',
    replace: '',
  },
  {
    name: 'conflict checked only at the end',
    file: bitemporal('adjustment.ts'),
    find: 'this.#conflicts.compare(this.#last, before, after);',
    replace: '',
    also: {
      find: '    this.end();\n',
      replace:
        '    this.end();\n    if (this.#after) this.#conflicts.compare(this.#after.last, this.#before?.state ?? null, this.#after.state);\n',
    },
  },
  {
    name: 'an old deficit counts as a new conflict',
    file: bitemporal('conflicts.ts'),
    find: 'if (was !== undefined && !worse(deficit, was)) continue;',
    replace: '',
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
    name: 'the last run of a tree is not continued',
    file: log('maintenance/repair.ts'),
    find: 'touched: isSameEnd ? touched : [...touched, root.end],',
    replace: 'touched,',
  },
  {
    name: 'what came behind the end of a tree is taken for late',
    file: log('maintenance/repair.ts'),
    find: 'root.isWhole && touched.every((position) => position < root.end)',
    replace: 'root.isWhole && touched.length < 3',
  },
  {
    name: 'a tree is all of the history until something late was recorded',
    file: log('read/summary-tree.ts'),
    find: 'return touched.length === 0 || touched.some((position) => position >= root.end);',
    replace: 'return touched.some((position) => position >= root.end);',
  },
  {
    name: 'a target that was moved before is looked for at its own place',
    runs: '3000',
    seed: '3',
    file: log('read/change-set.ts'),
    find: 'if (page?.newest === version)',
    replace: 'if (page !== undefined)',
  },
  {
    name: 'late by the last fact, not by the latest event',
    // Takes a retraction, a repair and a new event in the gap, in this order: rare.
    runs: '2000',
    seed: '5',
    spread: true,
    file: log('read/evaluate.ts'),
    find: 'const inOrder = from >= firstPositionInOrder(log);',
    replace:
      "const inOrder = changeSet.removed.size === 0 && from >= (log.latest ? positionKey(log.latest.last) : '');",
  },
  {
    name: 'a tie with the latest event taken for order',
    runs: '2000',
    seed: '2',
    file: log('read/evaluate.ts'),
    find: 'const inOrder = from >= firstPositionInOrder(log);',
    replace: 'const inOrder = changeSet.removed.size === 0 && from >= log.highWaterMark;',
  },
  {
    name: 'the two histories meet too early',
    file: bitemporal('adjustment.ts'),
    find: 'this.#inserted === inserted.length &&',
    replace: 'this.#inserted > 0 &&',
  },
  {
    name: 'duplicates checked after the rules',
    file: log('write/plan.ts'),
    find: '    const known = await this.#inLog(streamId, mayBeInLog);',
    replace:
      "    const early = await this.#decide(command, await this.#resolved(head, streamId), sent, new Map());\n    if (early.outcome === 'refused') return early;\n    const known = await this.#inLog(streamId, mayBeInLog);",
  },
  {
    name: 'the middle of a batch trusted',
    file: log('write/stored-states.ts'),
    find: 'return { highWaterMark, invalidated: invalidatedInside(invalidated, events, highWaterMark, last) };',
    replace: 'return { ...(at && { at, latest: at }), highWaterMark, invalidated: log.invalidated };',
  },
  {
    name: 'recorded time runs backwards',
    file: log('write/plan.ts'),
    find: 'const recordedAt = laterOf(this.clock().toISOString(), log.recordedAt);',
    replace: 'const recordedAt = this.clock().toISOString();',
  },
];
