import type { ProductState } from '@hindsight/domain';
import { useAnswer, usePage } from '../hooks';
import type { ProductRow } from '../model/catalogue';
import { asQuery, isNow } from '../model/cursor';
import { millionthsOf } from '../model/history';
import { shown, signed } from '../model/ledger';
import { localText } from '../model/time';
import { valueText } from '../model/values';
import { text } from '../text';
import { Link, Status, Time } from './basics';
import { Spark } from './spark';

export const productPath = (productId: string): string => `/p/${encodeURIComponent(productId)}`;

/** The state of a row at the cursor. Undefined: not yet known. */
function useStateOf({ productId, state, version }: ProductRow): ProductState | null | undefined {
  const { cursor } = usePage();
  const query = new URLSearchParams(asQuery(cursor));
  const path = isNow(cursor) ? undefined : `/products/${encodeURIComponent(productId)}/state?${query}`;
  const answer = useAnswer<{ state: ProductState }>(path, version);
  if (path === undefined) return state;
  if (answer === undefined) return undefined;
  return 'data' in answer ? answer.data.state : null;
}

function Quantity({ row, state }: { row: ProductRow; state: ProductState | null | undefined }) {
  const { cursor } = usePage();
  if (state === undefined) return null;
  if (state === null) return <span class="muted">{text.product.nothing}</span>;
  const current = millionthsOf(row.state?.quantity ?? '0');
  const difference = current - millionthsOf(state.quantity);
  return (
    <>
      <output
        data-field="quantity"
        data-value={state.quantity}
        class={state.quantity.startsWith('-') ? 'error' : ''}
      >
        {shown(state.quantity)}
      </output>{' '}
      <bdi class="muted">{state.unit}</bdi>
      {!isNow(cursor) && difference !== 0n && <small class="late">{text.home.now(signed(difference))}</small>}
    </>
  );
}

/** A cell with the name of a product, if it has one, and its id. */
export function ProductName({ productId, name }: { productId: string; name: string | undefined }) {
  return (
    <td class="product">
      <Link to={productPath(productId)}>
        <bdi>{name ?? productId}</bdi>
      </Link>
      {name !== undefined && (
        <small>
          <bdi>{productId}</bdi>
        </small>
      )}
    </td>
  );
}

function Row({ row }: { row: ProductRow }) {
  const { productId, lateEvents, nextEffectiveAt, changedAt, version } = row;
  const state = useStateOf(row);
  const name = state?.name ?? row.state?.name ?? undefined;
  return (
    <tr data-product={productId}>
      <ProductName productId={productId} name={name} />
      <td class="number balance">
        <Quantity row={row} state={state} />
      </td>
      <td class="states">
        {state && <Status status={state.status} />}
        {lateEvents && <span class="tag late">{text.home.late}</span>}
      </td>
      <td class="line">
        <Spark productId={productId} version={version} />
      </td>
      <td class="number price">{state?.unitPrice ? valueText(state.unitPrice) : ''}</td>
      <td class="recorded">
        <Time at={changedAt} rough />
        {nextEffectiveAt !== null && <small>{text.home.comes(localText(Date.parse(nextEffectiveAt)))}</small>}
      </td>
    </tr>
  );
}

export function ProductTable({ rows }: { rows: readonly ProductRow[] }) {
  const { product, quantity, status, line, price, changed } = text.home.columns;
  return (
    <div class="scroll">
      <table class="products">
        <thead>
          <tr>
            <th scope="col">{product}</th>
            <th scope="col" class="number">
              {quantity}
            </th>
            <th scope="col">{status}</th>
            <th scope="col">{line}</th>
            <th scope="col" class="number">
              {price}
            </th>
            <th scope="col">{changed}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.productId} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
