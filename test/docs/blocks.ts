import { pagePaths, readPage } from './pages';

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Of its first line in the page, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of every page, or of the pages given. */
export function blocks(pages: readonly string[] = pagePaths()): Block[] {
  return pages.flatMap((page) => blocksIn(page, readPage(page)));
}

export function blocksIn(page: string, markdown: string): Block[] {
  return [...markdown.matchAll(/^( *)```([^\n`]*)\n([^]*?)^\1```$/gm)].map((match) => {
    const [, , language = '', text = ''] = match;
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    return { page, line, language, text };
  });
}

/** A shell command of a page, which may have several lines. */
export interface Script {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** Its answer stands below it, and is replayed. */
  readonly answered: boolean;
}

/** What a block tells its reader to type. In `console` blocks, answers stand between the commands. */
export function scriptsIn({ page, line, language, text }: Block): Script[] {
  if (language === 'sh') return [{ page, line, text, answered: false }];
  if (language !== 'console' && language !== 'shellsession') return [];
  const lines = text.split('\n');
  return lines.flatMap((one, index) => {
    if (!one.startsWith('$ ')) return [];
    const more = lines.slice(index + 1);
    const end = more.findIndex((next) => !next.startsWith('    '));
    return [
      { page, line: line + index, text: [one.slice(2), ...more.slice(0, end)].join('\n'), answered: true },
    ];
  });
}

/** The code in backticks of every page, outside of blocks. */
export function inlineCode(): { page: string; text: string }[] {
  return pagePaths().flatMap((page) => {
    const markdown = readPage(page).replace(/^( *)```[^]*?^\1```$/gm, '');
    return [...markdown.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, text = '']) => ({
      page,
      text: text.replaceAll('\n', ' '),
    }));
  });
}
