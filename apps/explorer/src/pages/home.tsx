import { useEffect, useMemo, useState } from 'preact/hooks';
import { useDebounced, useNow, usePage } from '../hooks';
import {
  filterFrom,
  isNarrowed,
  isShown,
  onlys,
  requestsFor,
  sorts,
  withFilter,
  type Filter,
  type ProductRow,
} from '../model/catalogue';
import { csvOf } from '../model/csv';
import { valueText } from '../model/values';
import { DropHint, DropPlace } from '../import/file';
import { Panel, ProblemNote } from '../parts/basics';
import { useCatalogue } from '../parts/catalogue-hooks';
import { CursorBar } from '../parts/cursor-bar';
import { productPath, ProductTable } from '../parts/product-table';
import { SampleOffer } from '../parts/sample-offer';
import { saveAs } from '../service';
import { text } from '../text';

const words = text.home;

/** The sliders of a page about all products step through this many moments. */
const NOTCHES = 200;

function notchesSince(first: number, now: number): number[] {
  if (!Number.isFinite(first) || now - first < 1_000) return [];
  return Array.from({ length: NOTCHES }, (_, index) => Math.round(first + ((now - first) * index) / NOTCHES));
}

/** Opens a product by its id, also one that does not exist yet. */
function OpenProduct() {
  const { go } = usePage();
  const [id, setId] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    if (id.trim() !== '') go(productPath(id.trim()));
  };
  return (
    <form class="inline-form open" onSubmit={submit}>
      <label for="open-product">{words.open}</label>
      <input
        id="open-product"
        type="text"
        autoComplete="off"
        placeholder={words.openHelp}
        value={id}
        onInput={(event) => setId(event.currentTarget.value)}
      />
      <button type="submit">{words.go}</button>
    </form>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange(filter: Filter): void }) {
  const changed = (name: keyof Filter) => (event: Event) =>
    onChange({ ...filter, [name]: (event.currentTarget as HTMLInputElement).value });
  return (
    <div class="filters" role="search">
      <input
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        value={filter.search}
        onInput={changed('search')}
      />
      <span class="toggle" role="group" aria-label={words.filter}>
        {onlys.map((only) => (
          <button
            type="button"
            key={only}
            class="quiet"
            aria-pressed={filter.only === only}
            onClick={() => onChange({ ...filter, only })}
          >
            {words.filters[only]}
          </button>
        ))}
      </span>
      <label>
        {words.below}{' '}
        <input
          class="narrow"
          type="text"
          inputMode="decimal"
          value={filter.below}
          onInput={changed('below')}
        />
      </label>
      <label>
        {words.sort}{' '}
        <select value={filter.sort} onChange={changed('sort')}>
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {words.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Nothing matches: the way back is one click. */
function NoMatch({ onClear }: { onClear(): void }) {
  return (
    <>
      <p>{words.none}</p>
      <button type="button" onClick={onClear}>
        {words.clear}
      </button>
    </>
  );
}

function download(rows: readonly ProductRow[]): void {
  const lines = rows.map(({ productId, state, changedAt }) => [
    productId,
    ...['name', 'quantity', 'unit', 'status', 'unitPrice'].map((field) => {
      const value = (state as Readonly<Record<string, unknown>> | null)?.[field];
      return value === null || value === undefined ? '' : valueText(value);
    }),
    changedAt,
  ]);
  const head = ['productId', 'name', 'quantity', 'unit', 'status', 'unitPrice', 'changedAt'];
  saveAs(new Blob([csvOf([head, ...lines])], { type: 'text/csv' }), 'products.csv');
}

/** `/` */
export function HomePage() {
  const { search, setSearch, go } = usePage();
  const filter = useMemo(() => filterFrom(search), [search]);
  const settled = useDebounced(filter, 200);
  const { rows, next, isLoading, problem, more, all } = useCatalogue(settled);
  const now = useNow(60_000);
  const change = (changed: Filter) => setSearch(withFilter(location.search, changed));
  useEffect(() => void (document.title = text.name), []);
  const shownRows = rows.filter((row) => isShown(row, filter));
  const isEmpty = !isLoading && rows.length === 0 && !isNarrowed(settled) && !problem;
  const firstOf = (pick: (row: ProductRow) => string | null) =>
    Math.min(...rows.map((row) => Date.parse(pick(row) ?? '')).filter(Number.isFinite));
  const times = notchesSince(
    firstOf(({ firstEffectiveAt }) => firstEffectiveAt),
    now,
  );
  const knowns = notchesSince(
    firstOf(({ changedAt }) => changedAt),
    now,
  );
  return (
    <>
      <CursorBar times={times} knowns={knowns} />
      <main>
        <div class="intro">
          <h1 class="lead">{words.intro}</h1>
          <OpenProduct />
        </div>
        {problem && problem.status !== 401 && <ProblemNote problem={problem} />}
        {isEmpty ? (
          <>
            <p>{words.empty}</p>
            <SampleOffer onLoaded={(productId) => go(productPath(productId))} />
            <DropPlace help={text.import.offerHelp} onTaken={() => go('/import')} />
          </>
        ) : (
          <Panel
            id="products"
            title={text.products}
            call={{ path: requestsFor(filter)[0] ?? '' }}
            actions={
              <button type="button" class="quiet" onClick={() => void all().then(download)}>
                {words.csv}
              </button>
            }
          >
            <Filters filter={filter} onChange={change} />
            <ProductTable rows={shownRows} />
            <footer>
              {next !== undefined && (
                <button type="button" onClick={more}>
                  {words.more}
                </button>
              )}
              {!isLoading && shownRows.length === 0 && (
                <NoMatch onClear={() => change({ ...filter, search: '', only: 'all', below: '' })} />
              )}
            </footer>
          </Panel>
        )}
        {!isEmpty && !isLoading && <DropHint onTaken={() => go('/import')} />}
      </main>
    </>
  );
}
