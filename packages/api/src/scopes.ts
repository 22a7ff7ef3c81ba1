/** What a client may do. Tokens contain these names, so they are part of the contract. */
export const scopes = ['state:read', 'events:write', 'events:write:late', 'events:write:closed'] as const;

export type Scope = (typeof scopes)[number];

export const allScopes: ReadonlySet<Scope> = new Set(scopes);

/** The scopes among the given words; other words belong to other APIs. */
export const scopesAmong = (words: readonly string[]): ReadonlySet<Scope> =>
  new Set(scopes.filter((scope) => words.includes(scope)));
