import { appendFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { Execution } from './execution';

/** At this size in bytes the file is rewritten without the forgotten executions. */
const LONGEST = 64 * 1024 * 1024;
/** Its texts are events: for the owner's eyes only. */
const MODE = 0o600;

/** An execution that has ended, without the fields in the line of its start. */
type Ended = Omit<Execution, 'input' | 'executionArn' | 'startDate'>;

/** Lines of JSON. A kill may have truncated the last line; that line was never acknowledged. */
function* parsed(text: string): Generator<Execution | Ended> {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      yield JSON.parse(line) as Execution | Ended;
    } catch {
      continue;
    }
  }
}

function withDates(execution: Execution): Execution {
  const { startDate, stopDate } = execution;
  return {
    ...execution,
    startDate: new Date(startDate),
    ...(stopDate !== undefined && { stopDate: new Date(stopDate) }),
  };
}

/**
 * A file of executions: one line for each start and one for each end. The start's line is passed to the
 * operating system before the start is acknowledged, so it survives a crash of this process. It is not
 * flushed to disk: a power failure can lose the last lines.
 */
export class ExecutionJournal {
  readonly #file: string;
  #bytes = 0;
  /**
   * A failed write may have left part of a line. Start a new line so that the next entry is not appended to
   * it.
   */
  #cutOff = false;

  constructor(file: string) {
    this.#file = file;
  }

  get isLong(): boolean {
    return this.#bytes > LONGEST;
  }

  read(): Iterable<Execution> {
    if (!existsSync(this.#file)) return [];
    const byName = new Map<string, Execution>();
    for (const line of parsed(readFileSync(this.#file, 'utf8'))) {
      const started = byName.get(line.name);
      if (started !== undefined) byName.set(line.name, { ...started, ...line });
      else if ('input' in line) byName.set(line.name, line);
    }
    return [...byName.values()].map(withDates);
  }

  add(execution: Execution): void {
    this.#append(execution);
  }

  end({ executionArn, startDate, input, ...ended }: Execution): void {
    this.#append(ended);
  }

  rewrite(executions: Iterable<Execution>): void {
    const draft = `${this.#file}.new`;
    const lines = [...executions].map((execution) => `${JSON.stringify(execution)}\n`);
    writeFileSync(draft, lines.join(''), { mode: MODE });
    renameSync(draft, this.#file);
    this.#bytes = statSync(this.#file).size;
  }

  #append(line: Execution | Ended): void {
    const text = `${this.#cutOff ? '\n' : ''}${JSON.stringify(line)}\n`;
    this.#cutOff = true;
    appendFileSync(this.#file, text, { mode: MODE });
    this.#cutOff = false;
    this.#bytes += Buffer.byteLength(text);
  }
}
