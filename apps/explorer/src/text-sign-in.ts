/** What the pages say about signing in. */
export const signIn = {
  title: 'Sign in to see the stock',
  with: (host: string) => `Sign in with ${host}`,
  token: 'Use a token instead',
  refused: 'The server does not accept this sign-in, or no longer. Please sign in again.',
  notBegun: 'This sign-in was not begun in this tab. Please sign in again.',
  denied: (reason: string) => `The issuer did not sign you in: ${reason}`,
  failed: (reason: string) => `Signing in did not work: ${reason}`,
  out: 'Sign out',
} as const;
