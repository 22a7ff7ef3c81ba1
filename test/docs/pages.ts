import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');

const TOP = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** Every page of the documentation, as a path from the root. */
export function pagePaths(): string[] {
  const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  return [...TOP, ...inDocs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)].sort();
}

export const readPage = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A page without its code blocks, in which a `#` starts a comment and brackets are code. */
export function prose(markdown: string): string {
  return markdown.replace(/^( *)```[^]*?^\1```$/gm, '');
}
