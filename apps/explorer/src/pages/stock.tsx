import { decimalOf } from '@hindsight/bitemporal';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { asQuery, cursorFrom, withParameters, type Cursor } from '../model/cursor';
import { csvOf } from '../model/csv';
import { rowsOf, type ComparedRow, type StockRow } from '../model/stock';
import { inputMoment, inputText } from '../model/time';
import { Download, Panel, ProblemNote } from '../parts/basics';
import { StockLine } from '../parts/compared-rows';
import { DayCursor } from '../parts/cursor-bar';
import { saveAs, type Problem, type Service } from '../service';
import { text } from '../text';

const words = text.stockPage;
/** Rows shown at first, and more at each click. */
const ROWS = 200;

interface StockPageAnswer {
  readonly products: readonly StockRow[];
  readonly nextCursor: string | null;
}

interface Stock {
  readonly rows: readonly StockRow[];
  readonly isComplete: boolean;
  readonly problem: Problem | undefined;
}

const pathOf = (cursor: Cursor, more: Readonly<Record<string, string>> = {}): string =>
  `/stock${withParameters('', { ...asQuery(cursor), ...more })}`;

/** What the API says of two stocks: about one moment it has their difference, else there is the one shown. */
function comparedPath(cursor: Cursor, other: Cursor): string {
  const { asOf } = cursor;
  if (other.asOf !== asOf) return pathOf(cursor);
  const [from, to] = [cursor.knownAt, other.knownAt].sort((a, b) =>
    (a ?? '\uffff') < (b ?? '\uffff') ? -1 : 1,
  );
  const ends = { asOf: asOf ?? undefined, from: from ?? undefined, to: to ?? undefined };
  return `/stock/diff${withParameters('', ends)}`;
}

function download(rows: readonly ComparedRow[]): void {
  const head = ['productId', 'name', 'unit', 'quantity', 'otherQuantity', 'difference'];
  const lines = rows.map(({ productId, name, unit, here, there, difference }) => [
    ...[productId, name ?? '', unit ?? '', here?.quantity ?? '', there?.quantity ?? ''],
    decimalOf(difference),
  ]);
  saveAs(new Blob([csvOf([head, ...lines])], { type: 'text/csv' }), 'stock-compared.csv');
}

/** Reads page by page; each page is shown as it comes. */
async function readStock(
  service: Service,
  cursor: Cursor,
  onStock: (stock: Stock) => boolean,
): Promise<void> {
  const rows: StockRow[] = [];
  let path = pathOf(cursor, { limit: '200' });
  for (;;) {
    const answer = await service.get<StockPageAnswer>(path);
    if ('problem' in answer) return void onStock({ rows, isComplete: true, problem: answer.problem });
    const { products, nextCursor } = answer.data;
    rows.push(...products);
    const isComplete = nextCursor === null;
    if (!onStock({ rows: [...rows], isComplete, problem: undefined }) || nextCursor === null) return;
    path = `/stock?limit=200&cursor=${nextCursor}`;
  }
}

const EMPTY: Stock = { rows: [], isComplete: false, problem: undefined };

function useStock(cursor: Cursor | undefined): Stock {
  const { service } = usePage();
  const [stock, setStock] = useState(EMPTY);
  useEffect(() => {
    if (cursor === undefined) return undefined;
    let isCurrent = true;
    void readStock(service, cursor, (next) => {
      if (isCurrent) setStock(next);
      return isCurrent;
    });
    return () => void (isCurrent = false);
  }, [service, cursor?.asOf, cursor?.knownAt, cursor === undefined]);
  return stock;
}

/** The other (T, K) is part of the address. */
function useOther() {
  const { search, setSearch } = usePage();
  const query = new URLSearchParams(search);
  const [asOf, knownAt] = [query.get('asOf2'), query.get('knownAt2')];
  const other = useMemo(
    () =>
      query.has('compare')
        ? cursorFrom(`?${new URLSearchParams({ asOf: asOf ?? '', knownAt: knownAt ?? '' })}`)
        : undefined,
    [query.has('compare'), asOf, knownAt],
  );
  const setOther = (next: Cursor | undefined) => {
    const changes = {
      compare: next && '1',
      asOf2: next?.asOf ?? undefined,
      knownAt2: next?.knownAt ?? undefined,
    };
    setSearch(withParameters(location.search, changes));
  };
  return [other, setOther] as const;
}

function OtherCursor({ other, onChange }: { other: Cursor; onChange(other: Cursor): void }) {
  const field = (name: 'asOf' | 'knownAt') => {
    const value = other[name];
    return (
      <label>
        {text.cursor[name]}{' '}
        <input
          type="datetime-local"
          step="any"
          value={value === null ? '' : inputText(Date.parse(value))}
          onChange={(event) => onChange({ ...other, [name]: inputMoment(event.currentTarget.value) ?? null })}
        />
      </label>
    );
  };
  return (
    <div class="filters" role="group" aria-label={words.compare}>
      <strong>{words.comparedWith}</strong>
      {field('asOf')}
      {field('knownAt')}
      <small class="muted">{words.emptyIsNow}</small>
    </div>
  );
}

function Table({ rows, other }: { rows: readonly ComparedRow[]; other: Cursor | undefined }) {
  const { product, quantity, status } = text.home.columns;
  return (
    <div class="scroll">
      <table class="stock">
        <thead>
          <tr>
            <th scope="col">{product}</th>
            <th scope="col" class="number">
              {quantity}
            </th>
            {other && (
              <>
                <th scope="col" class="number">
                  {words.there}
                </th>
                <th scope="col" class="number">
                  {words.difference}
                </th>
              </>
            )}
            <th scope="col" class={other ? 'states' : ''}>
              {status}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <StockLine key={row.productId} row={row} there={other} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `/stock` */
export function StockPage() {
  const { cursor } = usePage();
  const [other, setOther] = useOther();
  const [here, there] = [useStock(cursor), useStock(other)];
  const [most, setMost] = useState(ROWS);
  useEffect(() => void (document.title = `${text.stock} · ${text.name}`), []);
  const isCompared = other !== undefined && there.isComplete;
  const rows = useMemo(
    () => rowsOf(here.rows, isCompared ? there.rows : undefined),
    [here.rows, there.rows, isCompared],
  );
  const changed = rows.filter(({ differs }) => differs).length;
  const problem = here.problem ?? (other && there.problem);
  return (
    <>
      <DayCursor />
      <main>
        <h1 class="lead">{words.title}</h1>
        <Panel
          id="stock"
          title={text.products}
          call={{ path: other ? comparedPath(cursor, other) : pathOf(cursor) }}
          actions={
            <>
              <button
                type="button"
                class="quiet"
                aria-pressed={other !== undefined}
                onClick={() => setOther(other ? undefined : { asOf: null, knownAt: null })}
              >
                {words.compare}
              </button>
              {isCompared ? (
                <button type="button" class="quiet" onClick={() => download(rows)}>
                  {text.home.csv}
                </button>
              ) : (
                <Download path={pathOf(cursor, { format: 'csv' })} name="stock.csv" />
              )}
            </>
          }
        >
          {other && <OtherCursor other={other} onChange={setOther} />}
          {problem && <ProblemNote problem={problem} />}
          {isCompared && <p role="status">{changed === 0 ? words.same : words.changed(changed)}</p>}
          <Table rows={rows.slice(0, most)} other={isCompared ? other : undefined} />
          <footer>
            {rows.length > most && (
              <button type="button" onClick={() => setMost(most * 4)}>
                {text.home.more}
              </button>
            )}
            {here.isComplete && rows.length === 0 && !problem && <p>{words.nothing}</p>}
          </footer>
        </Panel>
      </main>
    </>
  );
}
