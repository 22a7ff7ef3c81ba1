import { useEffect, useMemo, useState } from 'preact/hooks';
import { useNow, usePage } from '../hooks';
import { asQuery, cursorFrom, withParameters, type Cursor } from '../model/cursor';
import { shown, signed } from '../model/ledger';
import { rowsOf, type ComparedRow, type StockRow } from '../model/stock';
import { inputMoment, inputText } from '../model/time';
import { Panel, ProblemNote, Status } from '../parts/basics';
import { CursorBar } from '../parts/cursor-bar';
import { ProductName } from '../parts/product-table';
import type { Problem, Service } from '../service';
import { text } from '../text';

const words = text.stockPage;
const DAY_MS = 86_400_000;
/** The sliders go back so many days: the page knows no event to step through. */
const DAYS = 365;
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

const pathOf = (cursor: Cursor, more: Readonly<Record<string, string>> = {}): string => {
  const query = new URLSearchParams({ ...asQuery(cursor), ...more }).toString();
  return query === '' ? '/stock' : `/stock?${query.replaceAll('%3A', ':')}`;
};

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

function Row({ row, isCompared }: { row: ComparedRow; isCompared: boolean }) {
  const { productId, name, unit, here, there, difference } = row;
  return (
    <tr data-product={productId}>
      <ProductName productId={productId} name={name} />
      <td class="number balance">
        {here ? <output data-value={here.quantity}>{shown(here.quantity)}</output> : text.map.nothing}{' '}
        <bdi class="muted">{unit}</bdi>
      </td>
      {isCompared && (
        <>
          <td class="number">{there ? shown(there.quantity) : text.map.nothing}</td>
          <td class="number">{difference === 0n ? '' : <span class="late">{signed(difference)}</span>}</td>
        </>
      )}
      <td>{here && <Status status={here.status} />}</td>
    </tr>
  );
}

function Table({ rows, isCompared }: { rows: readonly ComparedRow[]; isCompared: boolean }) {
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
            {isCompared && (
              <>
                <th scope="col" class="number">
                  {words.there}
                </th>
                <th scope="col" class="number">
                  {words.difference}
                </th>
              </>
            )}
            <th scope="col">{status}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.productId} row={row} isCompared={isCompared} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `/stock` */
export function StockPage() {
  const { cursor, service } = usePage();
  const [other, setOther] = useOther();
  const [here, there] = [useStock(cursor), useStock(other)];
  const [most, setMost] = useState(ROWS);
  const today = useNow(60_000 * 60);
  const days = useMemo(
    () => Array.from({ length: DAYS }, (_, day) => today - (DAYS - day) * DAY_MS),
    [today],
  );
  useEffect(() => void (document.title = `${text.stock} · ${text.name}`), []);
  const isCompared = other !== undefined && there.isComplete;
  const rows = useMemo(
    () => rowsOf(here.rows, isCompared ? there.rows : undefined),
    [here.rows, there.rows, isCompared],
  );
  const changed = rows.filter(({ difference }) => difference !== 0n).length;
  const problem = here.problem ?? (other && there.problem);
  return (
    <>
      <CursorBar times={days} knowns={days} />
      <main>
        <h1 class="lead">{words.title}</h1>
        <Panel
          id="stock"
          title={text.products}
          call={{ path: pathOf(cursor) }}
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
              <button
                type="button"
                class="quiet"
                onClick={() => void service.download(pathOf(cursor, { format: 'csv' }), 'stock.csv')}
              >
                {text.home.csv}
              </button>
            </>
          }
        >
          {other && <OtherCursor other={other} onChange={setOther} />}
          {problem && <ProblemNote problem={problem} />}
          {isCompared && <p role="status">{changed === 0 ? words.same : words.changed(changed)}</p>}
          <Table rows={rows.slice(0, most)} isCompared={isCompared} />
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
