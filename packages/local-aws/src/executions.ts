import type { Execution } from './execution';
import { ExecutionJournal } from './execution-journal';

export interface ExecutionsOptions {
  /** The file that keeps executions across restarts. Absent: they are lost when the process ends. */
  readonly file?: string | undefined;
  /** Executions that have ended and are remembered, at most. */
  readonly maxEnded?: number;
  /** The size of their texts, at most, in characters. */
  readonly maxCharacters?: number;
}

/**
 * Remembers asynchronous executions: all running ones and the most recent finished ones. (AWS keeps them for
 * 90 days.) With a file, executions that were running when the process was killed are `interrupted` in the
 * next process.
 */
export class Executions {
  /** Executions that an earlier process started and did not finish, in the order of their start. */
  readonly interrupted: readonly Execution[];
  readonly #byName = new Map<string, Execution>();
  /** Names of those that have ended, the oldest first. */
  readonly #ended = new Set<string>();
  readonly #journal: ExecutionJournal | undefined;
  readonly #maxEnded: number;
  readonly #maxCharacters: number;
  #size = 0;

  constructor({ file, maxEnded = 1_000, maxCharacters = 16 * 1024 * 1024 }: ExecutionsOptions = {}) {
    this.#maxEnded = maxEnded;
    this.#maxCharacters = maxCharacters;
    const journal = file === undefined ? undefined : new ExecutionJournal(file);
    for (const execution of journal?.read() ?? []) {
      this.#byName.set(execution.name, execution);
      if (execution.status !== 'RUNNING') this.#forgetOldest(execution);
    }
    this.interrupted = [...this.#byName.values()].filter(({ status }) => status === 'RUNNING');
    this.#journal = journal;
    journal?.rewrite(this.#byName.values());
  }

  get running(): number {
    return this.#byName.size - this.#ended.size;
  }

  get(name: string): Execution | undefined {
    return this.#byName.get(name);
  }

  /** @throws the system's error when it can't be written to the file; it then counts as not started */
  start(execution: Execution): void {
    this.#journal?.add(execution);
    this.#byName.set(execution.name, execution);
  }

  end(execution: Execution): void {
    this.#byName.set(execution.name, execution);
    this.#forgetOldest(execution);
    try {
      this.#journal?.end(execution);
      if (this.#journal?.isLong) this.#journal.rewrite(this.#byName.values());
    } catch {
      // A full disk, for example. The next process then runs it again, and finds its events stored.
    }
  }

  #forgetOldest(ended: Execution): void {
    this.#ended.add(ended.name);
    this.#size += sizeOf(ended);
    for (const name of this.#ended) {
      if (this.#ended.size <= this.#maxEnded && this.#size <= this.#maxCharacters) return;
      this.#size -= sizeOf(this.#byName.get(name) as Execution);
      this.#byName.delete(name);
      this.#ended.delete(name);
    }
  }
}

const sizeOf = ({ input, output = '', error = '', cause = '' }: Execution): number =>
  input.length + output.length + error.length + cause.length;
