import { fieldNames } from '@hindsight/domain';
import { z } from 'zod';
import type { RecordedEvents } from './recorded';
import { decimal, nextCursor, productId, settled, settledPage, state, time, version } from './values';

/** Answers that say why a number is what it is. */

const lateSeconds = z.number().min(0).meta({
  description:
    'How long after its effective time it was recorded; 0 if it was recorded in time or ahead of time.',
});

export const explanationWith = ({ recorded, corrected }: RecordedEvents) =>
  z
    .strictObject({
      productId,
      asOf: time,
      knownAt: time.nullable(),
      settled,
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
      settled: settledPage,
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

const stockDiffWith = (id: string, answerDiff: z.ZodType, about: z.ZodRawShape = {}) =>
  z
    .strictObject({
      ...about,
      asOf: time,
      from: time.meta({ description: 'The recorded time of the earlier answer.' }),
      to: time.meta({ description: 'The recorded time of the later answer.' }),
      settled,
      products: z.array(answerDiff),
      nextCursor,
    })
    .meta({ id });

const percentiles = <T extends z.ZodType>(value: T) => ({ p50: value, p90: value, p99: value, max: value });

const lateness = z
  .strictObject({
    events: z.int().min(0),
    late: z.int().min(0).meta({ description: 'Events that were recorded after their effective time.' }),
    ...percentiles(z.number().min(0)),
  })
  .meta({
    id: 'Lateness',
    description:
      'How late events were recorded, in seconds after their effective times, as percentiles; 0: in time or ahead of time. A correction is as late as the event that it corrects would be.',
  });

export const latenessReport = z
  .strictObject({
    productId,
    version,
    fromVersion: version.meta({
      description: 'The events from this version on were looked at: the newest 5,000.',
    }),
    all: lateness,
    byType: z.record(z.string(), lateness),
    moved: z.array(
      z
        .strictObject({
          after: z.int().meta({ description: 'Days of waiting after the end of a day (UTC).' }),
          days: z.int().min(0).meta({ description: 'Days that were compared: of the last 90.' }),
          moved: z.int().min(0).meta({ description: 'Days whose quantity moved after that.' }),
          ...percentiles(decimal),
        })
        .meta({
          id: 'Moved',
          description:
            'How far the quantity as of the end of a day moved from what was known after so many days to what is known now, as percentiles of the absolute differences.',
        }),
    ),
  })
  .meta({ id: 'LatenessReport' });

/** The answers about differences. */
export function differencesWith({ recorded }: RecordedEvents) {
  const contribution = contributionWith(recorded);
  const answerDiff = answerDiffWith(contribution);
  const ofClosing = { closingId: z.string(), against: z.string() };
  return {
    diff: diffWith(contribution),
    stockDiff: stockDiffWith('StockDiff', answerDiff),
    closingDiff: stockDiffWith('ClosingDiff', answerDiff, ofClosing),
  };
}
