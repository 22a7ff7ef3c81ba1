import type { RecordedEvent } from '@hindsight/domain';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useDebounced, usePage } from '../hooks';
import { eventOf, isComplete, type Draft, type EventForm } from '../model/form';
import type { Appended, OnLate, Problem } from '../service';

/** A receipt that goes along with the event, so that it fits. */
interface Companion {
  readonly quantity: string;
  readonly effectiveAt: string;
}

export interface WhatIf {
  readonly draft: Draft;
  readonly companion: Companion | undefined;
  /** What is done with it if its period is closed; absent: it is refused. */
  readonly onLate?: OnLate | undefined;
}

/** What the server answers about an event that is not recorded yet. */
export type Preview =
  | { readonly status: 'incomplete' }
  | { readonly status: 'asking' }
  | { readonly status: 'accepted'; readonly result: Appended; readonly body: unknown }
  | {
      readonly status: 'refused';
      readonly problem: Problem;
      readonly body: unknown;
      /** How it would be if it were accepted and flagged, for a refusal by a rule. */
      readonly flagged: Appended | undefined;
    };

const DELAY_MS = 250;

/** An id of one's own makes recording safe to repeat. */
const newId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `explorer-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};

/** The body of the append: one event, or the receipt and the event in one act. */
function bodyOf(forms: readonly EventForm[], { draft, companion }: WhatIf, id: string): unknown {
  const event = { eventId: id, ...eventOf(forms, draft) };
  if (companion === undefined) return event;
  return [{ eventId: `${id}-receipt`, eventType: 'productReceived', ...companion }, event];
}

/**
 * Asks the server what an event would change, while it is filled in.
 * @param again changes when something was recorded
 */
export function useDryRun(
  productId: string,
  forms: readonly EventForm[],
  whatIf: WhatIf | undefined,
  again: number,
): Preview {
  const { service } = usePage();
  const settled = useDebounced(whatIf, DELAY_MS);
  const [preview, setPreview] = useState<Preview>({ status: 'incomplete' });
  const onLate = settled?.onLate;
  // One id for a draft, a new one as soon as the draft changes: the same id with other content is refused.
  const body = useMemo(
    () => (settled && isComplete(forms, settled.draft) ? bodyOf(forms, settled, newId()) : undefined),
    [forms, settled, again],
  );
  useEffect(() => {
    if (body === undefined) {
      setPreview({ status: 'incomplete' });
      return undefined;
    }
    let isCurrent = true;
    const show = (next: Preview) => {
      if (isCurrent) setPreview(next);
    };
    const ask = async () => {
      const late = onLate && { onLate };
      const answer = await service.append(productId, body, { dryRun: true, ...late });
      if ('data' in answer) return show({ status: 'accepted', result: answer.data, body });
      const { problem } = answer;
      const isRule = problem.status === 409 && problem.adjustment !== undefined;
      const flagged = isRule
        ? await service.append(productId, body, { dryRun: true, onConflict: 'flag', ...late })
        : undefined;
      const result = flagged && 'data' in flagged ? flagged.data : undefined;
      return show({ status: 'refused', problem, body, flagged: result });
    };
    setPreview({ status: 'asking' });
    void ask();
    return () => void (isCurrent = false);
  }, [service, productId, body, onLate]);
  // What was asked about is not what is in the form any more.
  return settled === whatIf ? preview : { status: preview.status === 'incomplete' ? 'incomplete' : 'asking' };
}

/** The events of a preview, to be drawn. */
export function eventsOf(preview: Preview): readonly RecordedEvent[] | undefined {
  if (preview.status === 'accepted') return preview.result.events;
  return preview.status === 'refused' ? preview.flagged?.events : undefined;
}
