import { Testing } from 'cdktf';
import 'cdktf/lib/testing/adapters/jest';

/** The rest of what comes from CDKTF; see `aws.ts`. Gives jest its matchers, in every suite. */
Testing.setupJest();

export { Testing };
