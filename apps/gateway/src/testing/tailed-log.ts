import type { Followed } from '@hindsight/workflow';
import { adjustment, fakeLog, recorded } from './fakes';

/** A log of events 1, 2, 3 …; those in `late` changed the past. */
export class TailedLog {
  head = 3;
  /** Number of reads of the head. */
  asked = 0;
  /** Number of events created for readers. */
  made = 0;
  /** Open reads of the log, each with its page. */
  reading = 0;
  answers = true;
  /** In every event; long, for large events. */
  reason: string | undefined;
  readonly late = new Set<number>();
  headVersion = (): Promise<number> => {
    this.asked += 1;
    return this.answers ? Promise.resolve(this.head) : Promise.reject(new Error('gone'));
  };
  readonly fake = fakeLog({
    headVersion: () => this.headVersion(),
    follow: (_, { after, again = false, adjustments = true }) =>
      this.#follow(again ? after : after + 1, adjustments),
  });

  async *#follow(first: number, adjustments: boolean): AsyncGenerator<Followed> {
    this.reading += 1;
    try {
      for (let version = first; version <= this.head; version += 1) {
        const event = {
          ...recorded,
          eventId: `e${version}`,
          version,
          ...(this.reason !== undefined && { reason: this.reason }),
        };
        this.made += 1;
        yield await Promise.resolve({ event, ...(adjustments && this.late.has(version) && { adjustment }) });
      }
    } finally {
      this.reading -= 1;
    }
  }
}
