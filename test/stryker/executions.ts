import { describeExecutions } from '../workflow/executions';

// Without the test of `test/workflow` that looks at what all others did: for a change only those run that reach it.
describe('executions', () => void describeExecutions());
