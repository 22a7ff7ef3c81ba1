import type { Deployment } from '../naming';

/** The name of the rule that starts executions. It records the events that come from the bus. */
export const intakeRuleName = (deployment: Deployment): string => deployment.name('product-events');
