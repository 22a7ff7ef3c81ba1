// One contestant in a process of its own, for the time from its start to its first answer.
import { contestants } from './contestants/index.mjs';

const [key, endpoint, productId] = process.argv.slice(2);
const contestant = await contestants[key]({ endpoint });
await contestant.operations.stateNow(productId, 10);
process.stdout.write('answered\n');
await contestant.stop();
