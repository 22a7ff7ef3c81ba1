export type { AslState } from './asl';
export {
  processEvents,
  type Entered,
  resultsOf,
  type Processed,
  type ProcessInput,
  type ProcessOptions,
  type Retry,
  type WorkflowResult,
} from './attempt';
export { processStateOf, stateMachineDefinition, type StateMachineDefinition } from './definition';
export { failureOf, failures, refusals, type Failure, type FailureName } from './failures';
export { functionNames, type FunctionName } from './functions';
export { differences, type AnswerDiff, type Restated } from './answer-diff';
export { comparedFields, type Contribution } from './contributions';
export { explain, type Explanation, type LedgerLine } from './explain';
export { latenessReport, type LatenessReport } from './lateness';
export { ProductDiffer, type Knowledge, type ProductDiff } from './product-diff';
export {
  createProductLog,
  type ActCommand,
  type ActResult,
  type AppendCommand,
  type AppendedEvent,
  type AppendResult,
  type EffectiveEvent,
  type EventPage,
  type Followed,
  type Plan,
  type ProductLog,
  type ProductLogOptions,
  type ProductLogReader,
  type ReferencedEvent,
  type Refusal,
  type StateAnswer,
  type TimelinePage,
} from './product-log';
export {
  verifyInventory,
  verifyProduct,
  type InventoryReport,
  type ProductDifference,
  type ProductReport,
  type VerifyOptions,
} from './verify-products';
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
export { productsNamed } from './ways-in/products-named';
export { repairRouted, type RepairRequest, type RepairRouted } from './repair-request';
