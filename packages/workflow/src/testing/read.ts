import { registry } from '@hindsight/domain';
import { validate, type WorkflowRequest } from '../validate';

/** What validation makes of a body: the events of the command, or the errors. */
export function read(body: unknown, request: Partial<WorkflowRequest> = {}): Record<string, unknown>[] {
  let made = 0;
  const newId = () => `new-${(made += 1)}`;
  const input = { ...(!request.act && { productId: 'anvil' }), body, ...request };
  const validated = validate(registry, input, { newId, onConflict: 'reject' });
  if ('command' in validated) {
    const { command } = validated;
    const parts = 'parts' in command ? command.parts : [command];
    return parts.flatMap(({ events }) => events.map((event) => ({ ...event })));
  }
  return (JSON.parse(validated.failure.cause) as { errors: Record<string, unknown>[] }).errors;
}

export const received = { eventType: 'productReceived', quantity: '1' };
