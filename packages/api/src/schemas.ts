import type { Registry } from '@hindsight/domain';
import { z } from 'zod';
import { APPEND_REFUSALS, checks, possible, problemOneOf } from './problem-schemas';
import type { ProblemSlug } from './problems';
import { differencesWith, explanationWith } from './explain-schemas';
import { recordedEvents, type RecordedEvents } from './recorded';
import type { SecurityScheme } from './settings';
import {
  adjustment,
  decimal,
  fieldName,
  nextCursor,
  notices,
  productId,
  settled,
  settledPage,
  state,
  time,
  version,
} from './values';

/**
 * The gateway's responses as schemas: the documentation is generated from them, and tests compare responses
 * with them.
 */

const eventReference = ({ correction }: RecordedEvents) =>
  z
    .strictObject({
      eventId: z.string(),
      eventType: z.string(),
      version,
      effectiveAt: time,
      recordedAt: time,
      recordedBy: z.string(),
      ...correction,
    })
    .meta({ id: 'EventReference', description: 'Names an event; if it was corrected, it says how.' });

/** What an append answers of one product. */
const resultOf = (event: z.ZodType) => ({
  productId,
  version: version.meta({ description: 'The head version after the append.' }),
  events: z.array(event),
  state: state
    .nullable()
    .meta({ description: 'The state at the moment of recording; null when no event counts then.' }),
  adjustment: adjustment.optional(),
  notices: notices.optional(),
});

const dryRun = z.literal(true).optional();

const appendedWith = (event: z.ZodType) =>
  z.strictObject({ ...resultOf(event), dryRun }).meta({ id: 'Appended' });

const actedWith = (event: z.ZodType) =>
  z
    .strictObject({
      results: z
        .array(z.strictObject(resultOf(event)).meta({ id: 'AppendedOfProduct' }))
        .meta({ description: 'One for each product, in the order in which the request names them.' }),
      dryRun,
    })
    .meta({ id: 'Acted' });

const stateAnswerWith = (reference: z.ZodType) =>
  z
    .strictObject({
      productId,
      asOf: time,
      knownAt: time.nullable(),
      settled,
      version: version.meta({ description: 'The last version known at that moment.' }),
      state,
      lastEvent: reference.meta({ description: 'The last event that counts, by effective time.' }),
    })
    .meta({ id: 'StateAnswer' });

const hint = z.string().optional().meta({
  description:
    'Only on an empty list: why it is probably empty, if its bounds fit the other time axis. For people.',
});

const eventPageWith = ({ recorded, corrected }: RecordedEvents) =>
  z
    .strictObject({
      ...{ productId, settled: settledPage },
      events: z.array(z.union([recorded, corrected])),
      ...{ hint, nextCursor },
    })
    .meta({ id: 'EventPage' });

const timelinePageWith = (reference: z.ZodType) =>
  z
    .strictObject({
      productId,
      settled: settledPage,
      entries: z.array(
        z.strictObject({
          effectiveAt: time,
          event: reference,
          state,
          changed: z.array(fieldName),
          variance: decimal.optional(),
        }),
      ),
      hint,
      nextCursor,
    })
    .meta({ id: 'TimelinePage' });

export const productPage = z
  .strictObject({
    products: z.array(
      z
        .strictObject({
          productId,
          version: version.meta({ description: 'The newest version that the row includes.' }),
          state: state.nullable().meta({ description: 'The current state; null when no event counts now.' }),
          firstEffectiveAt: time
            .nullable()
            .meta({ description: 'The first effective time at which an event counts.' }),
          lastEffectiveAt: time
            .nullable()
            .meta({ description: 'The effective time of the last event that counts now.' }),
          changedAt: time.meta({ description: 'When the newest event was recorded.' }),
          lateEvents: z
            .boolean()
            .meta({ description: 'Whether an event of the last seven days changed the past.' }),
          nextEffectiveAt: time
            .nullable()
            .meta({ description: 'When the next future event takes effect; null: none is recorded.' }),
        })
        .meta({ id: 'ProductRow' }),
    ),
    nextCursor,
  })
  .meta({ id: 'ProductPage' });

export const stockRow = z
  .strictObject({
    productId,
    version: version.meta({ description: 'The last version known at that moment.' }),
    state,
    lastEffectiveAt: time.meta({
      description: 'The effective time of the last event that counts at that moment.',
    }),
  })
  .meta({ id: 'StockRow', description: 'Products that have no state at that moment have no row.' });

export const stockPage = z
  .strictObject({ asOf: time, knownAt: time, settled, products: z.array(stockRow), nextCursor })
  .meta({ id: 'StockPage' });

const feedPageWith = ({ recorded, unknown }: RecordedEvents) =>
  z
    .strictObject({
      entries: z.array(
        z
          .strictObject({
            position: z
              .string()
              .meta({ description: 'The position of the entry; a cursor that continues after it.' }),
            event: z.union([recorded, unknown]),
            state: state.nullable().optional().meta({
              description:
                'The state that the event led to; null when no event counted then. Absent if newer code wrote the event, or one before it: this code can not tell.',
            }),
            adjustment: adjustment.optional(),
          })
          .meta({ id: 'FeedEntry' }),
      ),
      nextCursor: z.string().meta({ description: 'Give it as `cursor` for what comes next, now or later.' }),
      hasMore: z.boolean().meta({ description: 'Whether there was more when the page was read.' }),
    })
    .meta({ id: 'FeedPage' });
export const apiIndex = z.strictObject({
  service: z.literal('Hindsight'),
  documentation: z.string(),
  openapi: z.string(),
  addresses: z.record(z.string(), z.array(z.enum(['GET', 'POST', 'DELETE']))),
});

export const health = z.strictObject({ status: z.literal('ok') });

export const readiness = z.strictObject({ status: z.literal('ready'), checks });

const executionName = z
  .string()
  .meta({ description: 'The name of the execution: the last part of its address.' });

const executionWith = (result: z.ZodType, refusals: readonly ProblemSlug[]) =>
  z
    .discriminatedUnion('status', [
      z.strictObject({ execution: executionName, status: z.literal('running') }),
      z.strictObject({ execution: executionName, status: z.literal('succeeded'), result }),
      z.strictObject({
        execution: executionName,
        status: z.literal('failed'),
        problem: problemOneOf(refusals).meta({ description: 'What the append would have answered.' }),
      }),
    ])
    .meta({ id: 'Execution', description: 'An append in the background.' });

/** The responses that contain events, for the registered types. */
export function answersWith(registry: Registry, security: SecurityScheme | undefined) {
  const events = recordedEvents(registry);
  const appended = appendedWith(events.recorded);
  const acted = actedWith(events.recorded);
  const reference = eventReference(events);
  return {
    appended,
    acted,
    state: stateAnswerWith(reference),
    eventPage: eventPageWith(events),
    timelinePage: timelinePageWith(reference),
    explanation: explanationWith(events),
    ...differencesWith(events),
    execution: executionWith(z.union([appended, acted]), possible(APPEND_REFUSALS, security)),
    feedPage: feedPageWith(events),
  };
}

export type EventAnswers = ReturnType<typeof answersWith>;
