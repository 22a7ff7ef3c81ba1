import type { ChangeType, EventType } from './event-type';
import type { ChangeContent } from './types';

/** The event types of one deployment. */
export interface Registry {
  readonly types: readonly EventType[];
  /** Names the code that folds events; stored states made by other code are not trusted. */
  readonly reducersVersion: string;
  get(name: string): EventType | undefined;
  /** The type of an event in the log. Throws where the log was written by newer code. */
  change(name: string): ChangeType;
}

/**
 * @param types each name once
 * @param reducersVersion a fingerprint of the folding code
 * @throws Error when two types share a name
 */
export function createRegistry(types: readonly EventType[], reducersVersion: string): Registry {
  const byName = new Map(types.map((type) => [type.name, type]));
  if (byName.size !== types.length) throw new Error('two event types share a name');
  return {
    types,
    reducersVersion,
    get: (name) => byName.get(name),
    change: (name) => {
      const type = byName.get(name);
      if (type?.kind !== 'change')
        throw new Error(`the log holds an event of type ${name}, which this code does not know`);
      return type;
    },
  };
}

/** Content as today's reducers read it, whatever schema version it was written in. */
export function upcast(registry: Registry, content: ChangeContent): ChangeContent {
  const type = registry.get(content.eventType);
  if (type === undefined || content.schemaVersion === type.schemaVersion) return content;
  let current = content;
  while (current.schemaVersion < type.schemaVersion) {
    const step = type.upcast?.[current.schemaVersion];
    if (step === undefined)
      throw new Error(`no way from ${type.name} schema version ${current.schemaVersion} to the next`);
    current = { ...step(current), schemaVersion: current.schemaVersion + 1 };
  }
  return current;
}
