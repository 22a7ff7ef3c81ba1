import { useEffect, useMemo, useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { requestsFor, type Filter, type ProductRow } from '../model/catalogue';
import { followAll } from '../reading';
import type { Problem } from '../service';

interface ProductPage {
  readonly products: readonly ProductRow[];
  readonly nextCursor: string | null;
}

interface Listed {
  readonly rows: readonly ProductRow[];
  /** The request for more rows, if there are any. */
  readonly next: string | undefined;
}

export interface Catalogue extends Listed {
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
  more(): void;
  /** Every row, also those that are not loaded yet. */
  all(): Promise<readonly ProductRow[]>;
}

/** Reloads once when several events come at the same time. */
const QUIET_MS = 400;

/** Grows with every event that is recorded of any product. */
export function useNews(): number {
  const { service } = usePage();
  const [news, setNews] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEvent = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setNews((before) => before + 1), QUIET_MS);
    };
    void followAll(service, onEvent, leaving.signal);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [service]);
  return news;
}

function merged(pages: readonly ProductPage[]): readonly ProductRow[] {
  const rows = new Map(pages.flatMap(({ products }) => products.map((row) => [row.productId, row] as const)));
  return [...rows.values()];
}

/** The products that a filter leaves, kept up to date. */
export function useCatalogue(filter: Filter): Catalogue {
  const { service } = usePage();
  const news = useNews();
  const requests = useMemo(() => requestsFor(filter), [JSON.stringify(filter)]);
  const [listed, setListed] = useState<Listed>({ rows: [], next: undefined });
  const [isLoading, setLoading] = useState(true);
  const [problem, setProblem] = useState<Problem>();

  /** The next page of a single request; a search shows its first pages only. */
  const nextOf = (pages: readonly ProductPage[]): string | undefined => {
    const cursor = pages.length === 1 ? pages[0]?.nextCursor : undefined;
    return typeof cursor === 'string' ? `${requests[0] ?? ''}&cursor=${cursor}` : undefined;
  };
  const ask = async (paths: readonly string[]): Promise<readonly ProductPage[]> => {
    const answers = await Promise.all(paths.map((path) => service.get<ProductPage>(path)));
    const failed = answers.find((answer) => 'problem' in answer);
    setProblem(failed && 'problem' in failed ? failed.problem : undefined);
    return answers.flatMap((answer) => ('data' in answer ? [answer.data] : []));
  };
  useEffect(() => {
    let isCurrent = true;
    void ask(requests).then((pages) => {
      if (!isCurrent) return;
      setListed({ rows: merged(pages), next: nextOf(pages) });
      setLoading(false);
    });
    return () => void (isCurrent = false);
  }, [service, requests, news]);
  const further = async ({ rows, next }: Listed): Promise<Listed> => {
    if (next === undefined) return { rows, next };
    const pages = await ask([next]);
    return { rows: [...rows, ...merged(pages)], next: nextOf(pages) };
  };
  return {
    ...listed,
    ...{ isLoading, problem },
    more: () => void further(listed).then(setListed),
    async all() {
      let all = listed;
      while (all.next !== undefined) all = await further(all);
      setListed(all);
      return all.rows;
    },
  };
}
