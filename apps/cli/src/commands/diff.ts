import type { Schemas } from '@hindsight/client';
import { counted, finalText, say, sayJson, signed, table } from '../output';
import { given, sayMore, type Paged } from '../paged';
import { csvPages, finality, saveFile, saveStream } from '../save';
import { answerOf, clientOf } from '../service';

interface DiffOptions extends Paged {
  readonly from?: string;
  readonly to?: string;
  readonly csv?: string;
}

const endsOf = (options: DiffOptions) => given(options, ['asOf', 'from', 'to', 'tz'] as const);
const pageOf = (options: DiffOptions) => ({
  ...endsOf(options),
  ...given(options, ['limit', 'cursor'] as const),
});

type Contribution = Schemas['Contribution'];

const HEAD = ['version', 'recorded at', 'effective at', 'type', 'id', 'change', 'recorded by', 'changed'];

const cellsOf = ({ event, change, changed }: Contribution): string[] => [
  ...[String(event.version), event.recordedAt, event.effectiveAt, event.eventType, event.eventId],
  ...[signed(change), event.recordedBy, changed.join(' ')],
];

const end = ({ version, state }: Schemas['Diff']['from']): string =>
  `${state?.quantity ?? 'no state'} (version ${version})`;

async function saveOne(productId: string, file: string, options: DiffOptions): Promise<void> {
  const pages = csvPages(options, (cursor) =>
    clientOf(options).GET('/products/{productId}/diff', {
      params: {
        path: { productId },
        query: { ...endsOf(options), limit: 200, format: 'csv', ...(cursor && { cursor }) },
      },
      parseAs: 'text',
    }),
  );
  let lines = 0;
  async function* whole(): AsyncGenerator<string> {
    let isFirst = true;
    for await (const { head, rest, count } of pages) {
      yield isFirst ? head + rest : rest;
      isFirst = false;
      lines += count;
    }
  }
  await saveFile(file, whole(), 'the difference');
  say(`${counted(lines, 'event')} of ${productId}`);
}

async function ofOne(productId: string, options: DiffOptions): Promise<void> {
  if (options.csv !== undefined) return saveOne(productId, options.csv, options);
  const asked = clientOf(options).GET('/products/{productId}/diff', {
    params: { path: { productId }, query: { ...pageOf(options), format: 'json' } },
  });
  const answer = await answerOf(
    options,
    asked as Promise<{ data?: Schemas['Diff']; response: Response }>,
    'contributions',
  );
  if (options.json) return sayJson(answer);
  const { asOf, from, to, change, contributions, nextCursor } = answer;
  say(`${productId} as of ${asOf}: ${end(from)} became ${end(to)}, ${signed(change)}${finalText(answer)}`);
  if (contributions.length > 0) say(table(HEAD, contributions.map(cellsOf)));
  sayMore(nextCursor);
}

/** A difference of all products, saved as it comes. */
async function saveStreamed(
  file: string,
  options: Paged,
  request: Promise<{ readonly response: Response }>,
): Promise<void> {
  const lines = await saveStream(file, options, { request, noun: 'cause', what: 'the difference' });
  const { response } = await request;
  say(`${counted(lines, 'cause')} as of ${response.headers.get('hindsight-as-of')} (${finality(response)})`);
}

function saveAll(file: string, options: DiffOptions): Promise<void> {
  const request = clientOf(options).GET('/stock/diff', {
    params: { query: { ...endsOf(options), format: 'csv' } },
    parseAs: 'stream',
  });
  return saveStreamed(file, options, request);
}

type AnswerDiff = Schemas['AnswerDiff'];

/** One line about the product, one for each event that changed it. */
function textOf({ productId, from, to, change, changed, contributions, rest }: AnswerDiff): string {
  const causes = contributions.filter((one) => one.changed.length > 0).map(cellsOf);
  if (rest !== null)
    causes.push(['', '', '', `events after version ${rest.after}`, '', signed(rest.change), '', '']);
  const title = `${productId}: ${end(from)} became ${end(to)}, ${signed(change)} (${changed.join(', ')})`;
  return `${title}\n${table(HEAD, causes)}`;
}

function sayDifferences(title: string, answer: Schemas['StockDiff']): void {
  const { asOf, from, to, products, nextCursor } = answer;
  say(`${title}as of ${asOf}, between ${from} and ${to}${finalText(answer)}`);
  for (const product of products) say(`\n${textOf(product)}`);
  if (products.length === 0 && nextCursor === null) say('nothing differs');
  sayMore(nextCursor);
}

async function ofAll(options: DiffOptions): Promise<void> {
  if (options.csv !== undefined) return saveAll(options.csv, options);
  const asked = clientOf(options).GET('/stock/diff', {
    params: { query: { ...pageOf(options), format: 'json' } },
  });
  const answer = await answerOf(
    options,
    asked as Promise<{ data?: Schemas['StockDiff']; response: Response }>,
    'products',
  );
  if (options.json) sayJson(answer);
  else sayDifferences('', answer);
}

interface ClosingDiffOptions extends Paged {
  readonly against?: string;
  readonly csv?: string;
}

/** `closings diff` */
export async function diffClosing(closingId: string, options: ClosingDiffOptions): Promise<void> {
  const path = { closingId };
  const against = given(options, ['against'] as const);
  if (options.csv !== undefined) {
    const request = clientOf(options).GET('/closings/{closingId}/diff', {
      params: { path, query: { ...against, format: 'csv' } },
      parseAs: 'stream',
    });
    return saveStreamed(options.csv, options, request);
  }
  const query = { ...against, ...given(options, ['limit', 'cursor'] as const), format: 'json' as const };
  const asked = clientOf(options).GET('/closings/{closingId}/diff', { params: { path, query } });
  const answer = await answerOf(
    options,
    asked as Promise<{ data?: Schemas['ClosingDiff']; response: Response }>,
    'products',
  );
  if (options.json) sayJson(answer);
  else sayDifferences(`${closingId} against ${answer.against}: `, answer);
}

/** `diff`: of one product, or of all */
export const diff = (productId: string | undefined, options: DiffOptions): Promise<void> =>
  productId === undefined ? ofAll(options) : ofOne(productId, options);
