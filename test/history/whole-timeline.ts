import type { ProductLog, TimelinePage } from '@hindsight/workflow';

/** All entries of a timeline, page by page. */
export async function wholeTimeline(
  log: ProductLog,
  productId: string,
  options: { readonly limit: number; readonly direction: 'forward' | 'backward' },
): Promise<TimelinePage['entries'][number][]> {
  const entries: TimelinePage['entries'][number][] = [];
  for (let after: string | undefined; ;) {
    const page = await log.timeline(productId, { ...options, ...(after !== undefined && { after }) });
    entries.push(...(page?.entries ?? []));
    after = page?.next;
    if (after === undefined) return entries;
  }
}
