/** Prints figures when a campaign is run by hand (VERBOSE=1); `npm test` prints only jest's own lines. */
export function figures(text: string): void {
  if (process.env['VERBOSE'] !== undefined) process.stdout.write(`${text}\n`);
}
