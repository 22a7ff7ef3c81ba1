export type { AslState } from './asl';
export { processEvents, type Retry, type Processed, type ProcessInput, type WorkflowResult } from './attempt';
export { processStateOf, stateMachineDefinition, type StateMachineDefinition } from './definition';
export { failureOf, failures, type Failure, type FailureName } from './failures';
export { functionNames, type FunctionName } from './functions';
export {
  createProductLog,
  verifyInventory,
  verifyProduct,
  type AppendCommand,
  type AppendedEvent,
  type AppendResult,
  type EffectiveEvent,
  type EventPage,
  type Followed,
  type InventoryReport,
  type Plan,
  type ProductDifference,
  type ProductLog,
  type ProductLogOptions,
  type ProductLogReader,
  type ProductReport,
  type ReferencedEvent,
  type Refusal,
  type StateAnswer,
  type TimelinePage,
  type VerifyOptions,
} from './product-log';
export {
  validate,
  type EventBridgeEnvelope,
  type Trace,
  type Validated,
  type WorkflowInput,
  type WorkflowRequest,
} from './validate';
export { cloudEventId } from './ways-in/cloud-event';
export type { Format } from './ways-in/envelopes';
export { repairRouted, type RepairRequest, type RepairRouted } from './repair-request';
