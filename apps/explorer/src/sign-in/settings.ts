/** How people sign in: the server writes it into the head of the page. */
export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

/** What the issuer's answer must match. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Undefined: with a token that they have. */
export function signInSettings(): SignInSettings | undefined {
  const text = document.querySelector<HTMLMetaElement>('meta[name="hindsight-sign-in"]')?.content;
  return text === undefined ? undefined : (JSON.parse(text) as SignInSettings);
}
