import { backoff, type AslState } from './asl';

/** The type of the event that reports a refused event of the bus. */
const REFUSED = 'hindsight.refused';

/** The bus on which events go out, where a deployment gives no other name. */
export const OUTGOING_BUS = 'hindsight-recorded';

/** Whether an event bus started the execution, so that no one reads its end. */
export const isFromBus = { Variable: '$$.Execution.Input.detail', IsPresent: true };

/**
 * Reports a refused event on the bus on which recorded events go out, as a CloudEvent with all details and the event as
 * it came in. Then the execution fails by the name of the refusal, whether or not the report went out.
 * @param failure where the state finds the failure
 */
export const reportOf = (failure: string, busName: string, Next: string): AslState => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::events:putEvents',
  Parameters: {
    Entries: [
      {
        Source: 'hindsight',
        DetailType: REFUSED,
        EventBusName: busName,
        Detail: {
          ...{ specversion: '1.0', type: REFUSED, source: '/executions', 'id.$': '$$.Execution.Name' },
          ...{ 'time.$': '$$.State.EnteredTime', datacontenttype: 'application/json' },
          data: {
            'error.$': `${failure}.error`,
            'code.$': `${failure}.code`,
            'details.$': `States.StringToJson(${failure}.cause)`,
            'received.$': '$$.Execution.Input',
          },
        },
      },
    ],
  },
  ResultPath: null,
  Retry: [{ ErrorEquals: ['States.ALL'], ...backoff }],
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next }],
  Next,
});
