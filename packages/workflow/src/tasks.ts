import type { EventType, Registry } from '@hindsight/domain';

/** One Lambda function of the workflow. */
export interface Task {
  /** In kebab case; names the bundle and the function. */
  readonly name: string;
  /** The state that runs it. */
  readonly state: string;
  /** Set on the task that processes single events of a type. */
  readonly eventType?: string;
  /** What it may do with the table: nothing, read it, or read it and write checkpoints (`c#…` items) only. */
  readonly access: 'none' | 'read' | 'checkpoints';
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const VALIDATE: Task = { name: 'validate-event', state: 'ValidateEvent', access: 'none' };
export const BATCH: Task = { name: 'process-batch', state: 'ProcessBatch', access: 'read' };
export const REPAIR: Task = { name: 'repair-checkpoints', state: 'RequestRepair', access: 'checkpoints' };

/** The task that processes single events of a type. */
export const processTask = ({ name }: Pick<EventType, 'name'>): Task => ({
  name: `process-${kebab(name)}`,
  state: `Process${pascal(name)}`,
  eventType: name,
  access: 'read',
});

/** Every task, one for each event type among them. */
export const tasks = (registry: Registry): readonly Task[] => [
  VALIDATE,
  ...registry.types.map(processTask),
  BATCH,
  REPAIR,
];
