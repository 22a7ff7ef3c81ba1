import { registry } from '@hindsight/domain';
import { repairRouted, validate, type RepairRouted, type Validated } from '@hindsight/workflow';
import { v7 as uuid } from 'uuid';
import { log } from './logger';
import { conflictPolicy } from './settings';

const onConflict = conflictPolicy();
/** The name under which events from the event bus are recorded. */
const bus = process.env['EVENT_RULE'] || 'eventbridge';

/** Turns what started the execution into a command, into everything that is wrong with it, or into a way to the repair. */
export function handler(input: unknown): Promise<Validated | RepairRouted> {
  const repair = repairRouted(input);
  if (repair !== undefined) return Promise.resolve(repair);
  const validated = validate(registry, input, { newId: uuid, onConflict, bus });
  if ('failure' in validated) {
    const { failure, trace } = validated;
    log(trace, { failure: failure.error }, 'not valid');
  }
  return Promise.resolve(validated);
}
