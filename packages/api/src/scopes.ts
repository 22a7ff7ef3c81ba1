/** What a client may be allowed to do. The names stand in tokens: a contract. */
export const scopes = ['state:read', 'events:write', 'events:write:late'] as const;

export type Scope = (typeof scopes)[number];

export const allScopes: ReadonlySet<Scope> = new Set(scopes);

/** The scopes among some words; others belong to somebody else's API. */
export const scopesAmong = (words: readonly string[]): ReadonlySet<Scope> =>
  new Set(scopes.filter((scope) => words.includes(scope)));
