import { registry } from '@hindsight/domain';
import { repairRouted, validate, type RepairRouted, type Validated } from '@hindsight/workflow';
import { v7 as uuid } from 'uuid';
import { discreet } from './discreet';
import { log } from './logger';
import { conflictPolicy } from './settings';

const onConflict = conflictPolicy();
/** The actor of events from the event bus. */
const bus = process.env['EVENT_RULE'] || 'eventbridge';

/**
 * Turns the execution's input into a command, into a list of all its errors, or into a request for a repair.
 */
export const handler = discreet((input: unknown): Promise<Validated | RepairRouted> => {
  const repair = repairRouted(input);
  if (repair !== undefined) return Promise.resolve(repair);
  const validated = validate(registry, input, { newId: uuid, onConflict, bus });
  if ('failure' in validated) {
    const { failure, trace } = validated;
    log(trace, { failure: failure.error }, 'not valid');
  }
  return Promise.resolve(validated);
});
