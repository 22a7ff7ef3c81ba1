import type { Followed } from '@hindsight/event-log';
import { adjustment, fakeLog, recorded } from './fakes';

/** A log of events 1, 2, 3 …; those that `late` names changed the past. */
export class TailedLog {
  head = 3;
  /** How often somebody asked for the head. */
  asked = 0;
  /** Events that were made for somebody. */
  made = 0;
  answers = true;
  readonly late = new Set<number>();
  readonly fake = fakeLog({
    headVersion: () => {
      this.asked += 1;
      return this.answers ? Promise.resolve(this.head) : Promise.reject(new Error('gone'));
    },
    follow: (_, { after, again = false, adjustments = true }) =>
      this.#follow(again ? after : after + 1, adjustments),
  });

  async *#follow(first: number, adjustments: boolean): AsyncGenerator<Followed> {
    for (let version = first; version <= this.head; version += 1) {
      const event = { ...recorded, eventId: `e${version}`, version };
      this.made += 1;
      yield await Promise.resolve({ event, ...(adjustments && this.late.has(version) && { adjustment }) });
    }
  }
}
