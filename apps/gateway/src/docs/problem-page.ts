import { problemTypes, type ProblemType } from '@hindsight/api';
import { escape, page, prose } from './html';

/** The page for a problem's `type`; undefined for an unknown type. */
export function problemPage(slug: string): string | undefined {
  if (!Object.hasOwn(problemTypes, slug)) return undefined;
  const { status, title, help }: ProblemType = problemTypes[slug as keyof typeof problemTypes];
  const body = `<h1>${escape(title)}</h1>
<p><code>/problems/${slug}</code>, status ${status}</p>
<p>${prose(help)}</p>
<p><a href="/docs">The API</a></p>`;
  return page(title, body);
}
