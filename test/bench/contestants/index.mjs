import { castore, castoreWithSnapshots } from './castore.mjs';
import { emmett } from './emmett.mjs';
import { floor, transactionFloor } from './floor.mjs';
import { hindsightHttp } from './hindsight-http.mjs';
import { hindsightLog } from './hindsight-log.mjs';
import { sample } from './sample.mjs';

/** By the names that `--contestants` takes; the first is what the others are compared with. */
export const contestants = {
  log: hindsightLog,
  http: hindsightHttp,
  castore,
  'castore-snapshots': castoreWithSnapshots,
  emmett,
  sample,
  floor,
  'floor-transaction': transactionFloor,
};
