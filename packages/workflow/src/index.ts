export {
  commandOf,
  processed,
  type Again,
  type Processed,
  type ProcessInput,
  type WorkflowResult,
} from './attempt';
export { stateMachineDefinition, type AslState, type StateMachineDefinition } from './definition';
export { failureOf, failures, type Failure, type FailureName } from './failures';
export { tasks, type Task } from './tasks';
export {
  validate,
  type EventBridgeEnvelope,
  type Trace,
  type Validated,
  type WorkflowInput,
  type WorkflowRequest,
} from './validate';
