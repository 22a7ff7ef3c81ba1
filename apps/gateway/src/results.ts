import type { AppendResult } from '@hindsight/workflow';
import type { Response } from 'express';
import { pathOf } from './http';

/** The body in which the result of an append is answered. */
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

/** Answers an append that was made while the client waited. */
export function sendResult(response: Response, result: AppendResult): void {
  const { productId, version, deduplicated, dryRun } = result;
  if (deduplicated) response.set('Idempotent-Replayed', 'true');
  // A dry run makes no version: a tag or an address of it would be a promise that nothing keeps.
  if (!dryRun)
    response.set({ ETag: `"${version}"`, Location: `${pathOf(productId, 'state')}?version=${version}` });
  response.status(deduplicated || dryRun ? 200 : 201).json(resultBody(result));
}
