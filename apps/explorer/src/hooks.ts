import type { RecordedEvent } from '@hindsight/domain';
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { cursorFrom, withCursor, type Cursor } from './model/cursor';
import { historyFrom, type History } from './model/history';
import { readLog } from './reading';
import type { Answer, Problem, Service } from './service';

export interface Page {
  readonly service: Service;
  readonly path: string;
  readonly search: string;
  readonly cursor: Cursor;
  /** The addresses that this server has. */
  readonly addresses: readonly string[];
  /** `replaces`: without a step in the browser's history, as while dragging. */
  setCursor(cursor: Cursor, replaces?: boolean): void;
  setSearch(search: string): void;
  /** To another page; the cursor goes along. */
  go(path: string): void;
  /** Says it politely to those who hear the page. */
  announce(text: string): void;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('this part is used outside of a page');
  return page;
}

/** The browser's address as state. */
export function useAddress() {
  const read = () => ({ path: location.pathname, search: location.search });
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const onPop = () => setAddress(read());
    addEventListener('popstate', onPop);
    return () => removeEventListener('popstate', onPop);
  }, []);
  const show = useCallback((url: string, replaces: boolean) => {
    if (replaces) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    setAddress(read());
  }, []);
  return {
    ...address,
    cursor: cursorFrom(address.search),
    setCursor: (cursor: Cursor, replaces = false) =>
      show(location.pathname + withCursor(location.search, cursor), replaces),
    setSearch: (search: string) => show(location.pathname + search, true),
    go: (path: string) => {
      show(path + withCursor('', cursorFrom(location.search)), false);
      scrollTo(0, 0);
    },
  };
}

export interface LoadedHistory {
  readonly history: History;
  /** All of the log was read. */
  readonly isComplete: boolean;
  /** Undefined: not yet connected. */
  readonly isLive: boolean | undefined;
  readonly problem: Problem | undefined;
}

const EMPTY = { isComplete: false, isLive: undefined, problem: undefined };

/** The history of a product, growing while it is read, and live from then on. */
export function useHistory(service: Service, productId: string): LoadedHistory {
  const [loaded, setLoaded] = useState<LoadedHistory>({ history: historyFrom(productId, []), ...EMPTY });
  useEffect(() => {
    const leaving = new AbortController();
    const events: RecordedEvent[] = [];
    let shown = 0;
    const update = (change: Partial<LoadedHistory>) => {
      if (!leaving.signal.aborted) setLoaded((before) => ({ ...before, ...change }));
    };
    const show = (change: Partial<LoadedHistory> = {}) => {
      shown = events.length;
      update({ history: historyFrom(productId, events.slice()), ...change });
    };
    let isComplete = false;
    setLoaded({ history: historyFrom(productId, []), ...EMPTY });
    const reader = {
      onEvents: (more: readonly RecordedEvent[]) => {
        events.push(...more);
        // While a long log is read, it is shown each time it has doubled.
        if (isComplete || shown === 0 || events.length >= shown * 2) show();
      },
      onHead: () => {
        isComplete = true;
        show({ isComplete });
      },
      onProblem: (problem: Problem) => update({ problem, isComplete: true }),
      onLive: (isLive: boolean) => update({ isLive }),
    };
    void readLog(service, productId, reader, leaving.signal);
    return () => leaving.abort();
  }, [service, productId]);
  return loaded;
}

/** The answer to a request, asked again when the path changes; undefined: not yet there. */
export function useAnswer<T>(path: string | undefined, again?: unknown): Answer<T> | undefined {
  const { service } = usePage();
  const [answer, setAnswer] = useState<{ readonly path: string; readonly answer: Answer<T> }>();
  useEffect(() => {
    if (path === undefined) return undefined;
    let isCurrent = true;
    void service.get<T>(path).then((found) => {
      if (isCurrent) setAnswer({ path, answer: found });
    });
    return () => void (isCurrent = false);
  }, [service, path, again]);
  return path === undefined ? undefined : answer?.answer;
}

const ASKED_MS = 250;

/** The answer to a body that is being filled in; undefined: not yet there, or there is nothing to ask. */
export function useAsked<T>(path: string, body: object | undefined, again?: unknown): Answer<T> | undefined {
  const { service } = usePage();
  const settled = useDebounced(body, ASKED_MS);
  const [answer, setAnswer] = useState<{ readonly body: object; readonly answer: Answer<T> }>();
  useEffect(() => {
    if (settled === undefined) return undefined;
    let isCurrent = true;
    void service.post<T>(path, settled).then((found) => {
      if (isCurrent) setAnswer({ body: settled, answer: found });
    });
    return () => void (isCurrent = false);
  }, [service, path, settled, again]);
  return body !== undefined && answer?.body === body ? answer.answer : undefined;
}

interface Paged {
  readonly nextCursor: string | null;
}

export interface Pages<T> {
  /** Those that were read so far. */
  readonly pages: readonly T[];
  readonly problem: Problem | undefined;
  /** Reads one more; undefined: there is none. */
  readonly more: (() => void) | undefined;
}

const NO_PAGES = { pages: [], problem: undefined };

/** The pages of an answer, one at first; all anew when the path changes. No path: none. */
export function usePages<T extends Paged>(path: string | undefined, again?: unknown): Pages<T> {
  const { service } = usePage();
  const [read, setRead] = useState<Omit<Pages<T>, 'more'>>(NO_PAGES);
  const current = useRef<object | undefined>(undefined);
  const add = async (from: string, before: readonly T[], of: object | undefined) => {
    const answer = await service.get<T>(from);
    if (of !== current.current) return;
    if ('data' in answer) setRead({ pages: [...before, answer.data], problem: undefined });
    else setRead({ pages: before, problem: answer.problem });
  };
  useEffect(() => {
    const own = {};
    current.current = own;
    if (path === undefined) setRead(NO_PAGES);
    else void add(path, [], own);
    return () => void (current.current = undefined);
  }, [service, path, again]);
  const cursor = read.pages.at(-1)?.nextCursor ?? null;
  const more =
    cursor === null || path === undefined
      ? undefined
      : () => void add(`${path}&cursor=${cursor}`, read.pages, current.current);
  return { ...read, more };
}

/** A value that follows another after a while without a change. */
export function useDebounced<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}

/** The width of an element, while it is shown. */
export function useWidth() {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width] as const;
}

/** Now, moving on while the page is open. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Whether the system asks for dark colors. Canvases are painted again when that changes. */
export function useDark(): boolean {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const onChange = () => setDark(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  return isDark;
}
