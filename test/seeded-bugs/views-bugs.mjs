/** Bugs of what is derived across products, which the orders of the named section must find. */
const views = (file) => `packages/views/src/${file}`;

export const viewsBugs = [
  {
    name: 'the feed passes over a gap: only the newest version is listed',
    section: 'views: writers',
    file: views('feed.ts'),
    find: 'return from <= to ? [{ productId, from, to }] : [];',
    replace: 'return from <= to ? [{ productId, from: to, to }] : [];',
  },
  {
    name: 'a watermark is moved before the chunk is written',
    section: 'views: writers',
    file: views('feed.ts'),
    find: 'if (!(await this.store.create(itemOf(chunk)))) continue;',
    replace:
      'await this.#writeWatermarks(chunk);\n      if (!(await this.store.create(itemOf(chunk)))) continue;',
  },
  {
    name: 'a chunk is written twice: the watermarks of the last one are not written again',
    section: 'views: writers',
    file: views('feed.ts'),
    find: 'if (this.#last === undefined) await this.#writeWatermarks(last);',
    replace: '',
  },
  {
    name: 'an answer is reported as settled while appends can still change it',
    section: 'views: writers',
    file: views('views.ts'),
    find: 'Date.parse(least) - settleMs',
    replace: 'Date.parse(least)',
  },
  {
    name: 'a rebuild takes over before its rows are complete',
    section: 'views: the same, and a rebuild',
    file: views('rebuild.ts'),
    find: 'await control.setGenerations({ current: before.current, building });',
    replace: 'await control.setGenerations({ current: building });',
    also: {
      find: '  if (now.building !== building) throw',
      replace: '  if (now.current !== building) throw',
    },
  },
];
