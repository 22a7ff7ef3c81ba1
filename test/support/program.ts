import { inspect } from 'node:util';

/** Runs a campaign as a program: prints what it did, then its counts as the last line. Exit code 1 if it throws. */
export async function runAsProgram(
  campaign: () => Promise<{ readonly lines: readonly string[]; readonly passed: number }>,
): Promise<void> {
  try {
    const { lines, passed } = await campaign();
    for (const line of lines) console.log(line);
    console.log(`${passed} passed, 0 failed`);
  } catch (error) {
    console.log(inspect(error, { depth: 6 }));
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
}
