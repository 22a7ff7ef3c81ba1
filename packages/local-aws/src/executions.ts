/** An execution, as DescribeExecution tells of it. */
export interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  /** JSON texts. */
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * Remembers asynchronous executions: all that run, and of those that have ended the last ones, up to a number
 * and a size of their texts (in characters). The service keeps them for 90 days.
 */
export class Executions {
  private readonly byName = new Map<string, Execution>();
  /** Names of those that have ended, the oldest first. */
  private readonly ended = new Set<string>();
  private size = 0;

  constructor(
    private readonly most = 1_000,
    private readonly largest = 16 * 1024 * 1024,
  ) {}

  get running(): number {
    return this.byName.size - this.ended.size;
  }

  get(name: string): Execution | undefined {
    return this.byName.get(name);
  }

  start(execution: Execution): void {
    this.byName.set(execution.name, execution);
  }

  end(execution: Execution): void {
    this.byName.set(execution.name, execution);
    this.ended.add(execution.name);
    this.size += sizeOf(execution);
    for (const name of this.ended) {
      if (this.ended.size <= this.most && this.size <= this.largest) return;
      this.size -= sizeOf(this.byName.get(name) as Execution);
      this.byName.delete(name);
      this.ended.delete(name);
    }
  }
}

const sizeOf = ({ input, output = '', error = '', cause = '' }: Execution): number =>
  input.length + output.length + error.length + cause.length;
