import { eventLog } from './environment';
import { repairing } from './repairing';

export const handler = repairing(eventLog());
