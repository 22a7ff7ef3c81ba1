export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The blocks of code under a heading of a document. */
export function blocksUnder(markdown: string, heading: string): Block[] {
  const [, section = ''] = markdown.split(new RegExp(`^## ${heading}$`, 'm'));
  const [own = ''] = section.split(/^## /m);
  return [...own.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}
