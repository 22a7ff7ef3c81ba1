import { closingDiffQuery } from '@hindsight/api';
import type { Closing } from '@hindsight/event-log';
import { isSettledAt } from '@hindsight/views';
import { keptIn } from '../cursor';
import { REVALIDATE, type Context, type Route } from '../http';
import { malformed } from '../problems';
import { readQuery } from '../query';
import { ROW_FORMATS } from '../row-stream';
import type { StreamSlots } from '../tail/stream-slots';
import { closingIdOf, closingOf, notReported } from './closings';
import { sendDifferences, type Position } from './stock-diff';

/** A closing whose report is stored. */
type Reported = Closing & { readonly knownAt: string };

async function reportedIn(context: Context, closingId: string): Promise<Reported> {
  const closing = await closingOf(context, closingId);
  const { knownAt, rows } = closing;
  if (knownAt !== null && rows !== null) return { ...closing, knownAt };
  throw notReported(closingId);
}

/** Until when a closing is compared: as another closing knew it, or as it is known now. */
async function compared(context: Context, closing: Reported, against: string): Promise<string> {
  if (against === 'now') return context.clock().toISOString();
  const { knownAt } = await reportedIn(context, against);
  if (knownAt >= closing.knownAt) return knownAt;
  throw malformed([{ path: 'against', message: `must be a later closing than ${closing.closingId}` }]);
}

/** GET /closings/:closingId/diff @param exportSlots the slots of streams */
export function closingDiffRoute(context: Context, exportSlots: StreamSlots): Route {
  const schema = closingDiffQuery(context.settings);
  return {
    method: 'get',
    path: '/closings/:closingId/diff',
    produces: Object.values(ROW_FORMATS),
    scope: 'state:read',
    async handle(request, response) {
      const closingId = closingIdOf(request);
      const { against, format, limit, cursor } = readQuery(request.originalUrl, schema);
      const pageQuery = { resource: 'closing/diff', closingId, against };
      const after = keptIn(pageQuery, cursor) as Position | undefined;
      const closing = await reportedIn(context, closingId);
      // Before anything is read: what is read later includes at least as much.
      const settled = await context.views.settled();
      const { asOf, knownAt: from } = closing;
      const position = after ?? { asOf, from, to: await compared(context, closing, against) };
      response.set('Cache-Control', REVALIDATE);
      const asked = {
        ...{ position, settled: isSettledAt(position.to, settled), pageQuery, limit, format },
        path: `/closings/${closingId}/diff`,
        about: { closingId, against },
        filename: `closing-${closingId}-diff.csv`,
      };
      await sendDifferences(request, response, asked, { context, exportSlots });
    },
  };
}
