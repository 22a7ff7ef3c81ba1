export { DataDirError, DataDirInUseError, noteIndexed, publishEngine, takeDataDir } from './data-dir';
export { startDynamoDb, DynamoDbEngineMissing, type DynamoDbOptions } from './dynamodb';
export { startDynamoDbLocal } from './dynamodb-local';
export { DynamoDbEngineFailed, type Address, type DynamoDbEngine } from './engine';
export { newCredentials, type Credentials } from './credentials';
export { serveStepFunctions } from './endpoint';
export {
  startGuardedDynamoDb,
  type EngineNews,
  type GuardedDynamoDb,
  type GuardedDynamoDbOptions,
} from './guarded-dynamodb';
export type { Execution } from './execution';
export { startGuarded, type GuardedProcess, type GuardedProcessOptions } from './guarded-process';
export { LOCAL_TABLE, LOCAL_VIEWS_TABLE, NoDataError, openDataDir, type OpenTable } from './open-data-dir';
export type { InProcessHandler } from './in-process-handler';
export { probePort } from './ports';
export type { ProtocolServer } from './protocol-server';
export { keepRunning, type KeptPart } from './restarts';
export type { Invoke } from './resources';
export { ServiceError } from './service-error';
export {
  createStepFunctions,
  LOCAL_STATE_MACHINE,
  type StartExecutionInput,
  type StepFunctions,
  type StepFunctionsOptions,
  type SyncExecution,
} from './step-functions';
