import type { Deployment } from '../naming';

/** The name of the rule that starts executions. It is the recorded actor of events from the bus. */
export const intakeRuleName = (deployment: Deployment): string => deployment.name('product-events');
