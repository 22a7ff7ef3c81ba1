import { registry } from '@hindsight/domain';
import { validate, type Validated } from '@hindsight/workflow';
import { v7 as uuid } from 'uuid';
import { conflictPolicy } from './conflict-policy';

const onConflict = conflictPolicy();

/** Turns what started the execution into a command, or into everything that is wrong with it. */
export function handler(input: unknown): Promise<Validated> {
  return Promise.resolve(validate(registry, input, { newId: uuid, onConflict }));
}
