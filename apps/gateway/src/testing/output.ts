/** What code under test writes to the standard output from now on, until mocks are restored. */
export function listenToOutput(): string[] {
  const written: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  return written;
}
