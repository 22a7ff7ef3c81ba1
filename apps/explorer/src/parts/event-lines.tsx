import type { Schemas } from '@hindsight/client';
import type { ComponentChildren } from 'preact';
import { inWords, titleOf } from '../model/form';
import { millionthsOf } from '../model/history';
import { shown, signed } from '../model/ledger';
import { distanceText } from '../model/time';
import { valueText } from '../model/values';
import { text } from '../text';
import { Time } from './basics';

/** An event as the API answers it; one that counts says what it was before a correction. */
export type ApiEvent = Schemas['Explanation']['lines'][number]['event'];

/** A line about an event. */
export interface EventLine {
  readonly key: string;
  readonly event: ApiEvent;
  /** A signed decimal. */
  readonly change: string;
  readonly balance?: string | undefined;
  /** A short remark, such as what a count found. */
  readonly tag?: string | undefined;
}

/** Fields that the table shows elsewhere, or that say nothing to people. */
const ELSEWHERE = new Set([
  ...['eventId', 'eventType', 'eventCategory', 'productId', 'version', 'schemaVersion', 'effectiveAt'],
  ...['recordedAt', 'recordedBy', 'quantity', 'reason', 'correlationId', 'causationId', 'metadata'],
  ...['variance', 'correctedBy', 'original', 'targetEventId', 'replacement'],
]);

/** The fields of an event that are its own, in words. */
export const detailsOf = (content: Readonly<Record<string, unknown>>): string =>
  Object.entries(content)
    .filter(([name, value]) => !ELSEWHERE.has(name) && value !== undefined)
    .map(([name, value]) => `${inWords(name)} ${valueText(value)}`)
    .join(', ');

/** A decimal with its sign. */
export const signedText = (decimal: string): string => signed(millionthsOf(decimal));

/** How far the recording was from the moment that it is about. */
export function Recorded(props: {
  recordedAt: string;
  recordedBy: string;
  /** The effective time in milliseconds. */
  at: number;
  isLate: boolean;
}) {
  const { recordedAt, recordedBy, at, isLate } = props;
  const distance = Date.parse(recordedAt) - at;
  const words = text.ledger;
  const away = distanceText(distance);
  return (
    <>
      <Time at={recordedAt} rough />
      <small class={isLate ? 'late' : ''}>
        {Math.abs(distance) < 1_000 ? words.atOnce : distance > 0 ? words.late(away) : words.ahead(away)}
        {`, ${words.by(recordedBy)}`}
      </small>
    </>
  );
}

function What({ event, tag }: EventLine) {
  const content = event as unknown as Readonly<Record<string, unknown>>;
  const { eventType, reason } = event;
  const original = content['original'] as Readonly<Record<string, unknown>> | undefined;
  const was = original && text.why.was([valueText(original['quantity']), detailsOf(original)]);
  const notes = [detailsOf(content), reason, was].filter((part) => part !== undefined && part !== '');
  return (
    <>
      <span class="what">{titleOf(eventType)}</span>
      {tag !== undefined && <span class="tag">{tag}</span>}
      <small>
        <bdi>{notes.join(' · ')}</bdi>
      </small>
    </>
  );
}

/** The heads of a table of events. @param children heads of further columns */
export function EventHead({ hasBalance, children }: { hasBalance: boolean; children?: ComponentChildren }) {
  const words = text.ledger;
  return (
    <thead>
      <tr>
        <th scope="col">{words.when}</th>
        <th scope="col">{words.what}</th>
        <th scope="col" class="number">
          {words.change}
        </th>
        {hasBalance && (
          <th scope="col" class="number">
            {words.balance}
          </th>
        )}
        <th scope="col">{words.recorded}</th>
        {children}
      </tr>
    </thead>
  );
}

/** A table of events, each with what it adds to a number. @param head the first row, such as an opening balance */
export function EventLines(props: { lines: readonly EventLine[]; head?: ComponentChildren }) {
  const { lines, head } = props;
  const hasBalance = lines.some(({ balance }) => balance !== undefined);
  return (
    <div class="scroll">
      <table class="ledger">
        <EventHead hasBalance={hasBalance} />
        <tbody>
          {head}
          {lines.map((line) => {
            const { recordedAt, recordedBy, effectiveAt } = line.event;
            const at = Date.parse(effectiveAt);
            return (
              <tr key={line.key} data-event={line.event.eventId}>
                <td class="when">
                  <Time at={effectiveAt} />
                </td>
                <td>
                  <What {...line} />
                </td>
                <td class="number" data-change={line.change}>
                  {signedText(line.change)}
                </td>
                {hasBalance && <td class="number balance">{shown(line.balance ?? '')}</td>}
                <td class="recorded">
                  <Recorded {...{ recordedAt, recordedBy, at, isLate: false }} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
