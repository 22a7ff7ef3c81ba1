/**
 * Bugs that a protocol like this one plausibly has, each a change of one place of the source. The simulated runs must
 * find every one, or the orders of the critical section that is named: `npm run campaign -- seeded-bugs`.
 */
import { closingsBugs } from './closings-bugs.mjs';
import { viewsBugs } from './views-bugs.mjs';

const log = (file) => `packages/event-log/src/${file}`;
const workflow = (file) => `packages/workflow/src/${file}`;

const brokenStores = [
  { name: 'no condition on what is written' },
  { name: 'half a batch is written' },
  { name: 'the head is read eventually consistent' },
  { name: 'the ids are read eventually consistent' },
  { name: 'the keys that a batch of reads left undone are not asked for again' },
];

const patches = [
  {
    name: 'a lost race is taken for a failure',
    file: workflow('storing.ts'),
    find: "[putErrors['lost-race'], 'LostRace'],",
    replace: "[putErrors['lost-race'], 'WriteRejected'],",
  },
  {
    name: 'a lost race is taken for a success',
    file: workflow('storing.ts'),
    find: "[putErrors['lost-race'], 'LostRace'],",
    replace: "[putErrors['lost-race'], 'Done'],",
  },
  {
    name: 'a write that fails is not tried again, and is taken for a success',
    file: workflow('storing.ts'),
    find: "ResultPath: null, Next: 'TryLater' },",
    replace: "ResultPath: null, Next: 'Done' },",
  },
  {
    name: 'duplicates are looked for after versions and rules',
    file: log('write/plan.ts'),
    find: '    const known = await this.#inLog(streamId, mayBeInLog);',
    replace:
      "    const early = await this.#decide(command, await this.#resolved(head, streamId), sent, new Map());\n    if (early.outcome === 'refused') return early;\n    const known = await this.#inLog(streamId, mayBeInLog);",
  },
  {
    name: 'the ids are not looked up after a lost race',
    file: log('write/plan.ts'),
    find: 'await this.#inLog(streamId, mayBeInLog)',
    replace: 'await this.#inLog(streamId, attempt === 0 ? mayBeInLog : [])',
  },
  {
    name: 'ids that the server made are not looked up after a lost race either',
    section: 'a late one, and one without an id',
    file: log('write/plan.ts'),
    find: 'attempt === 0 ? sent.filter(',
    replace: 'attempt >= 0 ? sent.filter(',
  },
  {
    name: 'the ids are looked up before the head is read',
    section: 'duplicate, duplicate, duplicate',
    file: log('write/plan.ts'),
    find: 'const head = hint ?? (await headItem(this.context.store, streamId));',
    replace:
      'const early = await this.#inLog(streamId, sent);\n    const head = hint ?? (await headItem(this.context.store, streamId));',
    also: { find: 'await this.#inLog(streamId, mayBeInLog)', replace: 'early' },
  },
  {
    name: 'the ids are looked up while the head is read',
    section: 'duplicate, duplicate, duplicate',
    file: log('write/plan.ts'),
    find: 'const head = hint ?? (await headItem(this.context.store, streamId));',
    replace:
      'const [head, early] = await Promise.all([\n      hint ?? headItem(this.context.store, streamId),\n      this.#inLog(streamId, sent),\n    ]);',
    also: { find: 'await this.#inLog(streamId, mayBeInLog)', replace: 'early' },
  },
  {
    name: 'recorded time runs backwards',
    file: log('write/plan.ts'),
    find: 'const recordedAt = laterOf(this.clock().toISOString(), log.recordedAt);',
    replace: 'const recordedAt = this.clock().toISOString();',
  },
  {
    name: 'a replay is answered from the present state',
    file: log('write/plan.ts'),
    find: '      ...answerOf(last.evaluation, command),\n      deduplicated: !command',
    replace:
      '      state: (await this.#resolved(await headItem(this.context.store, streamId), streamId)).latest?.state ?? null,\n      deduplicated: !command',
  },
  {
    name: 'expectedVersion is not looked at',
    file: log('write/plan.ts'),
    find: 'if (expectedVersion !== undefined && expectedVersion !== log.version) {',
    replace: 'if (expectedVersion !== undefined && expectedVersion > log.version + 1000) {',
  },
  {
    name: 'expectedVersion is checked below the head only',
    file: log('write/plan.ts'),
    find: 'if (expectedVersion !== undefined && expectedVersion !== log.version) {',
    replace: 'if (expectedVersion !== undefined && expectedVersion > log.version) {',
  },
  {
    name: 'a retry makes a new event id',
    file: 'packages/workflow/src/attempt.ts',
    find: 'sentAs(event, defaulted[part]?.includes(index) ?? false)',
    replace:
      '({ ...sentAs(event, defaulted[part]?.includes(index) ?? false), eventId: `${event.eventId}-again` })',
  },
  {
    name: 'after a lost race the effective time of the first try is kept',
    file: 'packages/workflow/src/attempt.ts',
    find: '  if (!isDefaulted) return {',
    replace: '  if (isDefaulted || !isDefaulted) return {',
  },
  {
    name: 'the shortage is judged now only, not in the later history',
    file: 'packages/bitemporal/src/adjustment.ts',
    find: 'this.#conflicts.compare(this.#last, before, after);',
    replace:
      'if (this.#last.effectiveAt >= this.#options.now) this.#conflicts.compare(this.#last, before, after);',
  },
  {
    name: 'a late event leaves the later states trusted',
    file: log('write/stored-states.ts'),
    find: '  if (!inOrder) return addInterval(',
    replace: '  if (!inOrder) return log.invalidated;\n  if (!inOrder) return addInterval(',
  },
  {
    name: 'a patch is applied twice',
    file: log('read/state-before.ts'),
    find: 'shifted(domain, log.streamId, stored, delta)',
    replace: 'shifted(domain, log.streamId, stored, 2n * delta)',
  },
  {
    name: 'states that an earlier late event made wrong are patched',
    file: log('storage/validity.ts'),
    find: 'version >= patch.base && (',
    replace: '(',
  },
  {
    name: 'two repairs overwrite nodes of each other, which are not named by their content',
    section: 'repair, repair, late append',
    file: log('storage/summaries.ts'),
    find: 'itemKey(partition, `${place}${sum}`)',
    replace: 'itemKey(partition, place)',
    also: {
      find: '  `${nodePlace(level, start)}${sum}`;',
      replace: '  nodePlace(level, start + sum.slice(9));',
    },
  },
  {
    name: 'the shape of the tree is taken from a value of the client',
    file: log('maintenance/tree-builder.ts'),
    find: 'cut(positions, context.sizes.shape.run)',
    replace:
      "cut(positions, positions.some(({ start }) => start.includes('.000Z')) ? 9999 : context.sizes.shape.run)",
  },
  {
    name: 'an answer is lost and said to be a fault of the service (500)',
    file: 'apps/gateway/src/failures.ts',
    find: '  ProcessingFailed: lostAnswer,',
    replace: "  ProcessingFailed: () => new Problem('internal-error', 'it failed'),",
  },
  {
    name: 'an empty list is shown for a log that has just begun',
    file: log('event-log.ts'),
    find: '      return readRecorded(context, streamId, options);\n    },',
    replace: '      return page;\n    },',
  },
  {
    name: 'what is stale lasts until a batch that undoes itself is recorded',
    file: log('write/stored-states.ts'),
    find: '  if (from === undefined) return log.invalidated;\n',
    replace:
      '  if (from === undefined) return extendTo(log.invalidated, ms(log.highWaterMark), ms(events[0].event.recordedAt), log.version + 1);\n',
  },
  {
    name: 'a lost answer is told as a refusal',
    file: 'apps/gateway/src/failures.ts',
    find: '  StoreUnavailable: lostAnswer,',
    replace:
      "  StoreUnavailable: () => new Problem('insufficient-stock', 'refused', { members: { conflicts: [] } }),",
  },
  {
    name: 'a lost answer is told as contention, where nothing was stored',
    file: workflow('storing.ts'),
    find: "ResultPath: null, Next: 'TryLater' },",
    replace: "ResultPath: null, Next: 'Contention' },",
  },
  {
    name: 'a retraction of a correction is accepted',
    file: log('read/change-set.ts'),
    find: '  if (correction !== undefined) return itself(correction.targetEventId);\n',
    replace: '\n',
  },
  {
    name: 'of events at one instant the last recorded comes first',
    file: log('storage/keys.ts'),
    find: "export { positionKey } from '@hindsight/bitemporal';",
    replace:
      "export const positionKey = (at: { effectiveAt: string; version: number }): string => `${at.effectiveAt}#${String(999999999999 - at.version).padStart(12, '0')}`;",
  },
  {
    name: 'the page after the last listed event is too short',
    file: log('read/known-log.ts'),
    find: 'before: eventKey(first + LISTED_EVERY - 1)',
    replace: 'before: eventKey(first + 2)',
  },
  {
    name: 'knownAt is taken as exclusive',
    file: log('read/known-log.ts'),
    find: '`${knownAt}#${LAST}`',
    replace: 'knownAt',
  },
  {
    name: 'a duplicate is counted as stored',
    file: 'apps/gateway/src/metrics/metrics.ts',
    find: "  if (deduplicated) return { ...base, end: 'duplicate' };\n",
    replace: '  void deduplicated;\n',
  },
  {
    name: 'how late an append was is counted in events of its own',
    file: 'apps/gateway/src/metrics/metrics.ts',
    find: 'lateBy: Math.max(...late)',
    replace: 'lateBy: late.length',
  },
  {
    name: 'ids that were stored after the head was read are taken for known at it',
    section: 'delivery, batch and dry run that need it, append',
    file: log('write/plan.ts'),
    find: 'if ([...known.values()].some(({ version }) => version > head.version)) return undefined;',
    replace: '',
  },
  {
    name: 'the target of a correction may be newer than the head',
    section: 'dry run of a retraction, append of its target',
    file: log('read/change-set.ts'),
    find: 'if (item === undefined || item.version > log.version) return UNKNOWN;',
    replace: 'if (item === undefined) return UNKNOWN;',
  },
];

/** Every bug; `broken` names a store of broken-stores.ts, otherwise a place of the source is changed. */
export const bugs = [
  ...brokenStores.map((bug) => ({ ...bug, broken: bug.name })),
  ...patches,
  ...viewsBugs,
  ...closingsBugs,
];
