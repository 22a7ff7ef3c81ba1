/** Unvalidated JSON. Each use checks the parts it needs. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A state of a definition and its path in the definition. */
export interface NamedState {
  readonly name: string;
  readonly state: JsonObject;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Every state of a definition, those inside Map and Parallel states too. */
export function statesOf(definition: JsonObject): NamedState[] {
  const states = isObject(definition['States']) ? definition['States'] : {};
  return Object.entries(states).flatMap(([name, state]) => {
    if (!isObject(state)) return [];
    const nested = [state['ItemProcessor'], state['Iterator'], ...asList(state['Branches'])].filter(isObject);
    return [{ name, state }, ...nested.flatMap(statesOf)];
  });
}

/** Whether a state's Retry or Catch lists an error by name, not by a wildcard. */
export const names = (state: JsonObject, field: 'Retry' | 'Catch', error: string): boolean =>
  asList(state[field]).some((rule) => isObject(rule) && asList(rule['ErrorEquals']).includes(error));

const IGNORED = [
  'Assign',
  'Arguments',
  'Output',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
];
const NEVER_FALSE = ['IsPresent', 'IsNull', 'IsString', 'IsNumeric', 'IsBoolean', 'IsTimestamp'];

const ignored = (object: JsonObject): string[] => [
  ...IGNORED.filter((field) => field in object),
  ...('QueryLanguage' in object && object['QueryLanguage'] !== 'JSONPath' ? ['QueryLanguage'] : []),
];

function inRule(rule: JsonObject): string[] {
  const nested = [rule['Not'], ...asList(rule['And']), ...asList(rule['Or'])]
    .filter(isObject)
    .flatMap(inRule);
  const never = NEVER_FALSE.filter((operator) => rule[operator] === false);
  return [...never.map((operator) => `${operator}: false (write Not)`), ...nested];
}

function inState(state: JsonObject): string[] {
  const found = ignored(state);
  if (state['ResultPath'] === '$') found.push('ResultPath "$" (leave it out)');
  for (const field of ['ErrorPath', 'CausePath']) {
    const path = state[field];
    if (typeof path === 'string' && path.startsWith('States.'))
      found.push(`an intrinsic function in ${field}`);
  }
  return [...found, ...asList(state['Choices']).filter(isObject).flatMap(inRule)];
}

/** The states that a state can transition to. */
const nexts = (state: JsonObject): unknown[] =>
  [state, ...asList(state['Choices']), ...asList(state['Catch'])]
    .filter(isObject)
    .flatMap(({ Next, Default }) => [Next, Default])
    .filter((next) => next !== undefined);

/** Transitions to missing states. */
function dangling(definition: JsonObject): string[] {
  const names = new Set(statesOf(definition).map(({ name }) => name));
  const all = [{ name: 'StartAt', next: definition['StartAt'] }].concat(
    statesOf(definition).flatMap(({ name, state }) => nexts(state).map((next) => ({ name, next }))),
  );
  return all
    .filter(({ next }) => !names.has(next as string))
    .map(({ name, next }) => `${name}: no state ${String(next)}`);
}

/**
 * The reasons why a definition would not run locally as it does in the cloud: missing states, and Step
 * Functions features that the interpreter does not support. The interpreter would silently ignore most of
 * them.
 * @returns one line per problem, naming the state
 */
export function problemsOf(definition: unknown): string[] {
  if (!isObject(definition)) return ['it is no object'];
  const states = statesOf(definition).flatMap(({ name, state }) =>
    inState(state).map((what) => `${name}: ${what}`),
  );
  return [...ignored(definition), ...states, ...dangling(definition)];
}
