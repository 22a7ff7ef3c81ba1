/** An error of the Step Functions API, by the service's own name. */
export class ServiceError extends Error {
  constructor(
    override readonly name:
      | 'ExecutionAlreadyExists'
      | 'ExecutionDoesNotExist'
      | 'ExecutionLimitExceeded'
      | 'InvalidArn'
      | 'InvalidExecutionInput'
      | 'InvalidName'
      | 'SerializationException'
      | 'StateMachineDoesNotExist'
      | 'UnknownOperationException'
      | 'ValidationException',
    message: string,
  ) {
    super(message);
  }
}
