'use strict';

/**
 * Ends a run with `N passed, N failed` (and `, N skipped`) alone on a line, for people and for `.ci/run`.
 * A suite that does not load, or whose clean-up fails, has no failed test of its own: it counts as one failure.
 * Suites that count as failed on these grounds are jest's `numRuntimeErrorTestSuites`.
 */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    // Jest's own summary comes after every other reporter; nothing comes after the exit.
    process.once('exit', (code) => {
      const counts = [
        `${results.numPassedTests} passed`,
        `${code === 0 ? failed : Math.max(failed, 1)} failed`,
      ];
      if (skipped > 0) counts.push(`${skipped} skipped`);
      process.stdout.write(`${counts.join(', ')}\n`);
    });
  }
};
