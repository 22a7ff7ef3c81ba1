import { createRegistry, type Registry } from '../registry';
import { registry } from '../registry.generated';

/**
 * New instances of all types, and with them the schemas of events, which are made once a type: a test that begins with
 * this sees what they are made of, and not what an earlier one left.
 */
export function typesAnew(): Registry {
  const { types, revision } = registry;
  return createRegistry(
    types.map((type) => ({ ...type })),
    revision,
  );
}
