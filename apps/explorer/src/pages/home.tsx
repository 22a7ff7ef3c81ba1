import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { CursorBar } from '../parts/cursor-bar';
import { Link } from '../parts/basics';
import { SampleOffer } from '../parts/sample-offer';
import { text } from '../text';

/** Without a catalogue, the page knows the products that were opened here. */
const RECENT = 'hindsight-recent';
const MOST = 20;

export const productPath = (productId: string): string => `/p/${encodeURIComponent(productId)}`;

const recent = (): readonly string[] => {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? '[]') as string[];
  } catch {
    return [];
  }
};

export function rememberProduct(productId: string): void {
  const others = recent().filter((one) => one !== productId);
  localStorage.setItem(RECENT, JSON.stringify([productId, ...others].slice(0, MOST)));
}

export function OpenProduct() {
  const { go } = usePage();
  const [id, setId] = useState('');
  const words = text.home;
  const submit = (event: Event) => {
    event.preventDefault();
    if (id.trim() !== '') go(productPath(id.trim()));
  };
  return (
    <form class="inline-form" onSubmit={submit}>
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

/** `/` */
export function HomePage() {
  const { go } = usePage();
  const words = text.home;
  const products = recent();
  useEffect(() => void (document.title = text.name), []);
  return (
    <>
      <CursorBar times={[]} knowns={[]} />
      <main>
        <h1 class="lead">{words.intro}</h1>
        <OpenProduct />
        {products.length > 0 && (
          <section class="panel" aria-labelledby="recent-title">
            <header>
              <h2 id="recent-title">{words.recent}</h2>
            </header>
            <ul class="recent">
              {products.map((id) => (
                <li key={id}>
                  <Link to={productPath(id)}>
                    <bdi>{id}</bdi>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )}
        <SampleOffer onLoaded={(productId) => go(productPath(productId))} />
      </main>
    </>
  );
}
