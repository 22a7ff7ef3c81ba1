import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { noneMatchHolds } from './preconditions';

export interface TaggedContent {
  readonly type: string;
  readonly text: string;
}

/**
 * Answers with an entity tag made of the content, or 304 where the client has that already. The tag is weak: it
 * stands for the text, however it is compressed.
 */
export function sendTagged(request: Request, response: Response, { type, text }: TaggedContent): void {
  const tag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  response.set('ETag', tag);
  if (noneMatchHolds(request, tag)) response.status(304).end();
  else response.type(type).send(text);
}
