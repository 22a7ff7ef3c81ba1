import type { ActResult, AppendResult } from '@hindsight/workflow';
import type { Response } from 'express';
import { pathOf } from './http';

/** The response body for the result of an append. */
export function resultBody(result: AppendResult | ActResult): object {
  if (!('results' in result)) return bodyOf(result);
  const { results, dryRun } = result;
  return { results: results.map(bodyOf), ...(dryRun && { dryRun }) };
}

function bodyOf({ productId, version, events, state, adjustment, notices, dryRun }: AppendResult): object {
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
export function sendResult(response: Response, result: AppendResult | ActResult): void {
  const { deduplicated, dryRun } = result;
  if (deduplicated) response.set('Idempotent-Replayed', 'true');
  // A dry run creates no version, so a tag or URL for it would refer to nothing. An act creates several.
  if (!dryRun && !('results' in result)) {
    const { productId, version } = result;
    response.set({ ETag: `"${version}"`, Location: `${pathOf(productId, 'state')}?version=${version}` });
  }
  response.status(deduplicated || dryRun ? 200 : 201).json(resultBody(result));
}
