/**
 * The Lambda functions of the workflow; each names its bundle. One function processes the events of all types
 * because they share its code.
 */
export const functionNames = ['validate-event', 'process-event', 'repair-log'] as const;

export type FunctionName = (typeof functionNames)[number];
