import { setTimeout as pause } from 'node:timers/promises';

export const waitFor = async (milliseconds: number): Promise<undefined> => {
  await pause(milliseconds);
  return undefined;
};

/** Repeats a look until it finds something. @throws after a while */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  withinMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause(20);
  }
}
