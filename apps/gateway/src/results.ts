import type { AppendResult } from '@hindsight/workflow';
import type { Response } from 'express';
import { pathOf } from './http';

/** The response body for the result of an append. */
export function resultBody({
  productId,
  version,
  events,
  state,
  adjustment,
  notices,
  dryRun,
}: AppendResult): object {
  return {
    productId,
    version,
    events,
    state,
    ...(adjustment && { adjustment }),
    ...(notices && { notices }),
    ...(dryRun && { dryRun }),
  };
}

/** Responds to an append whose client waited for the result. */
export function sendResult(response: Response, result: AppendResult): void {
  const { productId, version, deduplicated, dryRun } = result;
  if (deduplicated) response.set('Idempotent-Replayed', 'true');
  // A dry run creates no version, so a tag or URL for it would refer to nothing.
  if (!dryRun)
    response.set({ ETag: `"${version}"`, Location: `${pathOf(productId, 'state')}?version=${version}` });
  response.status(deduplicated || dryRun ? 200 : 201).json(resultBody(result));
}
