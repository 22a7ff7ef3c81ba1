import { csvTable, type Column } from '@hindsight/views';
import type { AnswerDiff, Contribution, LedgerLine } from '@hindsight/workflow';
import type { Table } from '../row-stream';

/** Ledgers and differences as CSV: a line for each event. */

type Event = Contribution['event'];

const reasonOf = (event: Event): string | undefined => ('reason' in event ? event.reason : undefined);

const LEDGER: readonly Column[] = [
  ['productId', 'text'],
  ['effectiveAt', 'text'],
  ['eventType', 'text'],
  ['eventId', 'text'],
  ['change', 'number'],
  ['balance', 'number'],
  ['variance', 'number'],
  ['version', 'number'],
  ['recordedAt', 'text'],
  ['recordedBy', 'text'],
  ['lateSeconds', 'number'],
  ['reason', 'text'],
  ['correctedBy', 'text'],
  ['correctionReason', 'text'],
  ['original', 'text'],
];

const ledger = csvTable(LEDGER);

export const ledgerCsv: Table<LedgerLine> = {
  head: ledger.head,
  line: ({ event, change, balance, variance, lateSeconds }) => {
    const { productId, effectiveAt, eventType, eventId, version, recordedAt, recordedBy } = event;
    return ledger.line({
      ...{ productId, effectiveAt, eventType, eventId, version, recordedAt, recordedBy },
      ...{ change, balance, variance, lateSeconds },
      reason: reasonOf(event),
      correctedBy: event.correctedBy?.eventId,
      correctionReason: event.correctedBy?.reason,
      original: event.original && JSON.stringify(event.original),
    });
  },
};

const CONTRIBUTION: readonly Column[] = [
  ['version', 'number'],
  ['recordedAt', 'text'],
  ['effectiveAt', 'text'],
  ['eventType', 'text'],
  ['eventId', 'text'],
  ['change', 'number'],
  ['changed', 'text'],
  ['recordedBy', 'text'],
  ['targetEventId', 'text'],
  ['reason', 'text'],
];

function contributionCells({ event, change, changed }: Contribution) {
  const { version, recordedAt, effectiveAt, eventType, eventId, recordedBy } = event;
  const targetEventId = 'targetEventId' in event ? String(event.targetEventId) : undefined;
  return {
    ...{ version, recordedAt, effectiveAt, eventType, eventId, recordedBy, targetEventId },
    ...{ change, changed: changed.join(' '), reason: reasonOf(event) },
  };
}

const diff = csvTable([['productId', 'text'], ...CONTRIBUTION]);

export const diffCsv: Table<Contribution> = {
  head: diff.head,
  line: (contribution) =>
    diff.line({ productId: contribution.event.productId, ...contributionCells(contribution) }),
};

const stockDiff = csvTable([
  ['productId', 'text'],
  ['fromVersion', 'number'],
  ['fromQuantity', 'number'],
  ['toVersion', 'number'],
  ['toQuantity', 'number'],
  ['difference', 'number'],
  ...CONTRIBUTION,
]);

/** The events that are too many to be listed have one line together, without an event. */
export const stockDiffCsv: Table<AnswerDiff> = {
  head: stockDiff.head,
  line: ({ productId, from, to, change: difference, contributions, rest }) => {
    const ends = {
      ...{ productId, difference, fromVersion: from.version, toVersion: to.version },
      ...{ fromQuantity: from.state?.quantity, toQuantity: to.state?.quantity },
    };
    const lines = contributions.map((one) => stockDiff.line({ ...ends, ...contributionCells(one) }));
    if (rest !== null) lines.push(stockDiff.line({ ...ends, change: rest.change }));
    return lines.join('');
  },
};
