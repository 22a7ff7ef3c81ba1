import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { noneMatchHolds } from './preconditions';

export interface TaggedContent {
  readonly type: string;
  readonly text: string;
}

/**
 * Responds with an entity tag derived from the content, or with 304 if the client already has it. The tag is
 * weak: it identifies the text regardless of its compression.
 */
export function sendTagged(request: Request, response: Response, { type, text }: TaggedContent): void {
  const tag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  response.set('ETag', tag);
  if (noneMatchHolds(request, tag)) response.status(304).end();
  else response.type(type).send(text);
}
