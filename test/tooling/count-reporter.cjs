'use strict';

/** The titles of the tests that this machine can't run; they say what they require. Those that `-t` left out do not. */
const reasonsIn = ({ testResults }) =>
  testResults
    .flatMap(({ testResults: tests }) => tests)
    .filter(({ status, title }) => status === 'pending' && title.includes('(requires '))
    .map(({ fullName }) => fullName);

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
      for (const reason of reasonsIn(results)) process.stdout.write(`skipped: ${reason}\n`);
      process.stdout.write(`${counts.join(', ')}\n`);
    });
  }
};
