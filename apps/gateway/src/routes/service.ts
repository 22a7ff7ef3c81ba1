import { engineFaults } from '@hindsight/api';
import type { Request, Response } from 'express';
import type { DocsPage } from '../docs/page';
import { HTML_ONLY, JSON_ONLY, REVALIDATE, type Context, type Route } from '../http';
import { Problem } from '../problems';
import { sendTagged, type TaggedContent } from '../tagged';

type Word = 'ok' | 'unavailable' | (typeof engineFaults)[number];

/** The status that an error reports about itself, if it is one of the few that may be public. */
function wordOf(error: unknown): Word {
  const { message } = error as Error;
  return engineFaults.find((fault) => fault === message) ?? 'unavailable';
}

async function answers(ask: () => Promise<void>, timeout: number): Promise<Word> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Word>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), timeout);
  });
  const asked = ask().then(() => 'ok' as const, wordOf);
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

/** GET /healthz: liveness. */
function healthRoute(): Route {
  return {
    method: 'get',
    path: '/healthz',
    produces: JSON_ONLY,
    scope: 'open',
    handle: (_, response) => void response.set('Cache-Control', 'no-store').json({ status: 'ok' }),
  };
}

/** GET /readyz: readiness. Checks the table and the state machine; concurrent requests share one check. */
function readinessRoute({ log, appender, settings }: Context): Route {
  let asked: Promise<readonly [Word, Word]> | undefined;
  const ask = () => {
    const { readinessTimeout } = settings;
    asked ??= Promise.all([
      answers(() => log.ping(), readinessTimeout),
      answers(() => appender.ping(), readinessTimeout),
    ]).finally(() => (asked = undefined));
    return asked;
  };
  return {
    method: 'get',
    path: '/readyz',
    produces: JSON_ONLY,
    scope: 'open',
    async handle(_, response) {
      const [eventLog, workflow] = await ask();
      const checks = { eventLog, workflow };
      if (eventLog !== 'ok' || workflow !== 'ok') {
        throw new Problem('unavailable', 'something that the gateway needs does not answer', {
          members: { checks },
          headers: { 'Retry-After': '2' },
        });
      }
      response.set('Cache-Control', 'no-store').json({ status: 'ready', checks });
    },
  };
}

export const serviceRoutes = (context: Context): Route[] => [healthRoute(), readinessRoute(context)];

/** The documentation pages. */
export interface Pages {
  document(): unknown;
  docs(): DocsPage;
  /** The page of a problem type by its slug. */
  problem(slug: string): string | undefined;
}

/** GET /openapi.json, /docs, /problems/:slug */
export function pageRoutes(pages: Pages): Route[] {
  const send = (request: Request, response: Response, page: TaggedContent): void => {
    response.set('Cache-Control', REVALIDATE);
    sendTagged(request, response, page);
  };
  return [
    {
      method: 'get',
      path: '/openapi.json',
      produces: JSON_ONLY,
      scope: 'open',
      handle: (request, response) =>
        send(request, response, { type: 'application/json', text: JSON.stringify(pages.document()) }),
    },
    {
      method: 'get',
      path: '/docs',
      produces: HTML_ONLY,
      scope: 'open',
      handle: (request, response) => {
        const { html, policy } = pages.docs();
        response.set('Content-Security-Policy', policy);
        send(request, response, { type: 'text/html', text: html });
      },
    },
    {
      method: 'get',
      path: '/problems/:slug',
      produces: HTML_ONLY,
      scope: 'open',
      handle: (request, response) => {
        const page = pages.problem(String(request.params['slug']));
        if (page === undefined) throw new Problem('route-not-found', 'there is no problem type of this name');
        send(request, response, { type: 'text/html', text: page });
      },
    },
  ];
}
