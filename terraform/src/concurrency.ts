/** The settings that limit how much runs at once. */
interface Concurrency {
  readonly functionsAtOnce: number;
  readonly reservedConcurrency: {
    readonly gateway?: number | undefined;
    readonly tasks?: number | undefined;
  };
  readonly throttling: { readonly rate: number; readonly burst: number };
}

/** Functions of the workflow, each of which `reservedConcurrency.tasks` reserves for. */
const TASK_FUNCTIONS = 3;

/** Seconds that an append holds its functions, warm. */
const APPEND_SECONDS = 0.1;

/** Functions that AWS keeps free for what reserves none. */
const NOT_RESERVED = 100;

/** Every append holds a gateway while one function of the workflow runs, from the same pool. */
const gatewaysAtOnce = ({ functionsAtOnce, reservedConcurrency: { gateway } }: Concurrency): number =>
  gateway ?? Math.floor(functionsAtOnce / 2);

/** Throttling that is not set stays below what the functions can serve: a burst and what arrives while it is served. */
export function withinFunctions<T extends Concurrency>(settings: T, { throttling: byDefault }: T): T {
  if (settings.throttling !== byDefault) return settings;
  const most = gatewaysAtOnce(settings);
  const burst = Math.min(byDefault.burst, Math.max(1, Math.floor(most * 0.8)));
  const rate = Math.min(byDefault.rate, Math.max(1, Math.floor((most - burst) / APPEND_SECONDS)));
  return { ...settings, throttling: { rate, burst } };
}

/** What of the settings the account's functions can't serve; undefined: nothing. */
export function beyondFunctions(settings: Concurrency): string | undefined {
  const { throttling, functionsAtOnce, reservedConcurrency } = settings;
  const most = gatewaysAtOnce(settings);
  if (throttling.burst > most)
    return `throttling.burst is ${throttling.burst}, and the functions can serve ${most} requests at once: raise functionsAtOnce or reservedConcurrency.gateway, or lower the burst`;
  const { gateway = 0, tasks = 0 } = reservedConcurrency;
  if (tasks > 0 && tasks < gateway)
    return `reservedConcurrency.tasks is ${tasks}, and each of ${gateway} gateways needs one: reserve as many or more`;
  const reserved = gateway + TASK_FUNCTIONS * tasks;
  if (reserved > 0 && reserved > functionsAtOnce - NOT_RESERVED)
    return `reservedConcurrency takes ${reserved} (tasks count ${TASK_FUNCTIONS} times), and of functionsAtOnce (${functionsAtOnce}) AWS keeps ${NOT_RESERVED} free`;
  return undefined;
}
