import { fieldNames, type Registry } from '@hindsight/domain';
import { z } from 'zod';
import { APPEND_REFUSALS, checks, possible, problemOneOf } from './problem-schemas';
import type { ProblemSlug } from './problems';
import { recordedEvents, type RecordedEvents } from './recorded';
import type { SecurityScheme } from './settings';
import { adjustment, decimal, fieldName, notices, productId, state, time, version } from './values';

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

const settled = z.boolean().meta({
  description:
    'Whether the answer about `asOf` and `knownAt` is final: no event can be recorded any more that would change it.',
});

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

export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Give it as `cursor` for the next page; null at the end.' });

const hint = z.string().optional().meta({
  description:
    'Only on an empty list: why it is probably empty, if its bounds fit the other time axis. For people.',
});

const eventPageWith = ({ recorded, corrected }: RecordedEvents) =>
  z
    .strictObject({ productId, events: z.array(z.union([recorded, corrected])), hint, nextCursor })
    .meta({ id: 'EventPage' });

const timelinePageWith = (reference: z.ZodType) =>
  z
    .strictObject({
      productId,
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

const feedPageWith = (event: z.ZodType) =>
  z
    .strictObject({
      entries: z.array(
        z
          .strictObject({
            position: z
              .string()
              .meta({ description: 'The position of the entry; a cursor that continues after it.' }),
            event,
            state: state.nullable().meta({
              description: 'The state that the event led to; null when no event counted then.',
            }),
            adjustment: adjustment.optional(),
          })
          .meta({ id: 'FeedEntry' }),
      ),
      nextCursor: z.string().meta({ description: 'Give it as `cursor` for what comes next, now or later.' }),
      hasMore: z.boolean().meta({ description: 'Whether there was more when the page was read.' }),
    })
    .meta({ id: 'FeedPage' });
const lateSeconds = z.number().min(0).meta({
  description:
    'How long after its effective time it was recorded; 0 if it was recorded in time or ahead of time.',
});

const explanationWith = ({ recorded, corrected }: RecordedEvents) =>
  z
    .strictObject({
      productId,
      asOf: time,
      knownAt: time.nullable(),
      version: version.meta({ description: 'The last version known at that moment.' }),
      quantity: decimal.meta({ description: 'The quantity of the state; the last line ends in it.' }),
      unit: z.string().nullable(),
      opening: decimal.meta({ description: 'The quantity before the first line.' }),
      lines: z.array(
        z.strictObject({
          event: z.union([recorded, corrected]),
          change: decimal.meta({ description: 'What the event adds to the quantity.' }),
          balance: decimal.meta({ description: 'The quantity after the event.' }),
          lateSeconds,
          variance: decimal.optional(),
        }),
      ),
      nextCursor: nextCursor.meta({
        description:
          'Give it as `cursor` for the lines before these; null if the first line is a count or the first event.',
      }),
    })
    .meta({ id: 'Explanation' });

const comparedField = z
  .enum([...fieldNames, 'conflicts'])
  .meta({ description: 'A field of the state, or `conflicts`: the rules that it breaks.' });

const diffEnd = (description: string) =>
  z
    .strictObject({
      version: z.int().min(0).meta({ description: 'The newest version known; 0: none.' }),
      state: state.nullable().meta({ description: 'null: nothing counted at that moment.' }),
    })
    .meta({ description });

const contributionWith = (recorded: z.ZodType) =>
  z
    .strictObject({
      event: recorded,
      change: decimal.meta({ description: 'Its share of the difference in quantity.' }),
      changed: z.array(comparedField).meta({ description: 'What it changed in the state at that moment.' }),
    })
    .meta({ id: 'Contribution', description: 'What one event contributes to a difference.' });

const diffWith = (contribution: z.ZodType) =>
  z
    .strictObject({
      productId,
      asOf: time,
      from: diffEnd('What was known before.'),
      to: diffEnd('What is known after.'),
      change: decimal.meta({ description: 'The difference in quantity: the sum of all contributions.' }),
      contributions: z.array(contribution),
      nextCursor,
    })
    .meta({ id: 'Diff' });

const answerDiffWith = (contribution: z.ZodType) =>
  z
    .strictObject({
      productId,
      from: diffEnd('What was known before.'),
      to: diffEnd('What is known after.'),
      change: decimal.meta({
        description: 'The difference in quantity: the sum of the contributions, and of the rest.',
      }),
      changed: z.array(comparedField).meta({ description: 'What differs.' }),
      contributions: z.array(contribution).meta({
        description:
          'The events recorded between that take effect by that moment, and the corrections, in the order of recording. Without them, the answer is the old one.',
      }),
      rest: z
        .strictObject({
          after: version.meta({ description: 'The last version that was looked at.' }),
          change: decimal.meta({ description: 'What the events after it contribute together.' }),
        })
        .nullable()
        .meta({
          description:
            'null: all contributions are listed. `GET /products/{productId}/diff?from=<after>` lists the others.',
        }),
    })
    .meta({ id: 'AnswerDiff', description: 'How the answer about one product differs, and why.' });

const stockDiffWith = (answerDiff: z.ZodType) =>
  z
    .strictObject({
      asOf: time,
      from: time.meta({ description: 'The recorded time of the earlier answer.' }),
      to: time.meta({ description: 'The recorded time of the later answer.' }),
      settled,
      products: z.array(answerDiff),
      nextCursor,
    })
    .meta({ id: 'StockDiff' });

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
  const contribution = contributionWith(events.recorded);
  const answerDiff = answerDiffWith(contribution);
  return {
    appended,
    acted,
    state: stateAnswerWith(reference),
    eventPage: eventPageWith(events),
    timelinePage: timelinePageWith(reference),
    explanation: explanationWith(events),
    diff: diffWith(contribution),
    answerDiff,
    stockDiff: stockDiffWith(answerDiff),
    execution: executionWith(z.union([appended, acted]), possible(APPEND_REFUSALS, security)),
    feedPage: feedPageWith(events.recorded),
  };
}

export type EventAnswers = ReturnType<typeof answersWith>;
