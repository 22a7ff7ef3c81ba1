/** An execution, as DescribeExecution reports it. */
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
