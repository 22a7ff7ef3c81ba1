import type { ConflictPolicy } from '@hindsight/bitemporal';
import { registry } from '@hindsight/domain';
import { validate, type AppendCommand, type WorkflowRequest } from '@hindsight/workflow';

/**
 * Builds the command that the workflow's first step would build from a request: same validation, same defaults. Every
 * event has an id of its own.
 */
export function commandOf(
  request: WorkflowRequest,
  onConflict: ConflictPolicy,
): AppendCommand | { readonly problem: string; readonly why: string } {
  const validated = validate(registry, request, { newId: () => '', onConflict });
  if ('failure' in validated) {
    const { detail } = JSON.parse(validated.failure.cause) as { detail: string };
    return { problem: 'invalid-event', why: detail };
  }
  const { command } = validated;
  if ('parts' in command) throw new Error('only a request for an act becomes one');
  return command;
}
