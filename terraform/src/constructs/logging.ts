import type { Deployment } from '../naming';

/** What a function of the workflow writes to its log. */
export const loggingOf = ({ settings }: Deployment): Record<string, string> => ({
  LOG_LEVEL: settings.logLevel,
  ...(settings.logPayloads && { LOG_PAYLOADS: 'true' }),
});
