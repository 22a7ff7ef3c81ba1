import './style.css';
import { render } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { PageContext, useAddress, type Page } from './hooks';
import { DropAnywhere } from './import/file';
import { ClosingsPage } from './pages/closings';
import { HomePage } from './pages/home';
import { ImportPage } from './pages/import';
import { ProductPage } from './pages/product';
import { StockPage } from './pages/stock';
import { Link } from './parts/basics';
import { createService, keepToken, keptToken, type Service } from './service';
import { Door, LeaveButton } from './sign-in/door';
import { completeSignIn } from './sign-in/session';
import { text } from './text';

/** The service, with a token as soon as the server has asked for one. */
function useService() {
  const [token, setToken] = useState(keptToken);
  const [isRefused, setRefused] = useState(false);
  const service = useMemo(() => createService(token, () => setRefused(true)), [token]);
  const change = useCallback((next: string | undefined) => {
    keepToken(next);
    setRefused(false);
    setToken(next);
  }, []);
  return { service, token, isRefused, change };
}

function useAddresses(service: Service): readonly string[] | undefined {
  const [addresses, setAddresses] = useState<readonly string[]>();
  useEffect(() => void service.addresses().then(setAddresses), [service]);
  return addresses;
}

function productIn(path: string): string | undefined {
  const [, id] = /^\/p\/([^/]+)$/.exec(path) ?? [];
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

/** Pages that are there if the server has what they show. */
const [STOCK, CLOSINGS] = ['/stock', '/closings'];
const IMPORT = '/import';

function Body({ path, addresses }: { path: string; addresses: readonly string[] }) {
  const productId = productIn(path);
  if (productId !== undefined) return <ProductPage key={productId} productId={productId} />;
  if (path === '/') return <HomePage />;
  if (path === IMPORT) return <ImportPage />;
  if (path === STOCK && addresses.includes(STOCK)) return <StockPage />;
  if (path === CLOSINGS && addresses.includes(CLOSINGS)) return <ClosingsPage />;
  return (
    <main class="note">
      <h1>{text.notFound}</h1>
      <p>
        <Link to="/">{text.product.toProducts}</Link>
      </p>
    </main>
  );
}

function App() {
  const address = useAddress();
  const { service, token, isRefused, change } = useService();
  const addresses = useAddresses(service);
  const [announcement, setAnnouncement] = useState('');
  const toImport = useCallback(() => address.go(IMPORT), []);
  const page: Page = { ...address, service, addresses: addresses ?? [], announce: setAnnouncement };
  return (
    <PageContext.Provider value={page}>
      <header class="top">
        <Link to="/" class="brand">
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <path class="before" d="M4 26h6V11h8v7h10" />
            <path class="after" d="M4 22h6v-7h8v4h10" />
          </svg>
          {text.name}
        </Link>
        <nav aria-label={text.name}>
          <Link to="/">{text.products}</Link>
          {addresses?.includes(STOCK) && <Link to={STOCK}>{text.stock}</Link>}
          {addresses?.includes(CLOSINGS) && <Link to={CLOSINGS}>{text.closings}</Link>}
          <Link to={IMPORT}>{text.import.nav}</Link>
          <a href="/docs">{text.api}</a>
          {token !== undefined && <LeaveButton onForget={() => change(undefined)} />}
        </nav>
      </header>
      {isRefused ? (
        <Door isWrong={token !== undefined} onToken={change} />
      ) : (
        addresses && <Body path={address.path} addresses={addresses} />
      )}
      <DropAnywhere onTaken={toImport} />
      <div class="hidden" role="status" aria-live="polite">
        {announcement}
      </div>
    </PageContext.Provider>
  );
}

const root = document.getElementById('app');
if (root) void completeSignIn().then(() => render(<App />, root));
