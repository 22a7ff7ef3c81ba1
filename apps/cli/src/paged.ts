import { say } from './output';
import type { Service } from './service';

/** The options of a command that shows a page. */
export interface Paged extends Service {
  /** The time zone of dates; absent: the service's. */
  readonly tz?: string;
  readonly asOf?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** The options among these that were given. */
export const given = <T extends object, K extends keyof T>(
  options: T,
  names: readonly K[],
): { [N in K]?: Exclude<T[N], undefined> } =>
  Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  ) as { [N in K]?: Exclude<T[N], undefined> };

export const sayMore = (nextCursor: string | null): void => {
  if (nextCursor !== null) say(`there is more: --cursor ${nextCursor}`);
};
