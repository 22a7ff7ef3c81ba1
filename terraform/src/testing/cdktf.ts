import { Testing } from 'cdktf';
import 'cdktf/lib/testing/adapters/jest';

/** All other imports from CDKTF; see `aws.ts`. Registers the jest matchers in every suite. */
Testing.setupJest();

export { Testing };
