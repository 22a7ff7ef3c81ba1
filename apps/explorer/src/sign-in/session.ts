import { keepToken } from '../service';
import { text } from '../text';
import { signInSettings, type Begun, type SignInSettings } from './settings';

/** The address of the bundle with the flow. */
declare const SIGN_IN: string;

/** Where a sign-in that has begun is kept: in this tab, until the issuer answers. */
const KEY = 'hindsight-sign-in';

const flow = (): Promise<typeof import('./flow')> => import(SIGN_IN) as Promise<typeof import('./flow')>;

function take(): (Begun & { readonly back: string }) | undefined {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return kept === null ? undefined : (JSON.parse(kept) as Begun & { back: string });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Goes to the issuer's page. */
export async function signIn(settings: SignInSettings): Promise<void> {
  const { url, begun } = await (await flow()).begin(settings);
  sessionStorage.setItem(KEY, JSON.stringify({ ...begun, back: location.pathname + location.search }));
  location.assign(url);
}

/** Forgets the token, and ends the session at the issuer where it has a page for that. */
export async function signOut(settings: SignInSettings): Promise<void> {
  keepToken(undefined);
  const url = await flow()
    .then(({ endOfSession }) => endOfSession(settings))
    // The token is gone, whatever the issuer says.
    .catch(() => undefined);
  location.assign(url ?? '/');
}

/** Why the last sign-in did not work. */
let failure: string | undefined;
export const signInFailure = (): string | undefined => failure;

/**
 * Completes a sign-in if this is the issuer's answer: keeps the token, and returns to where it began. The answer
 * leaves the address first, so that it is neither kept in the history nor copied.
 */
export async function completeSignIn(): Promise<void> {
  const settings = signInSettings();
  const answer = new URLSearchParams(location.search);
  if (settings === undefined || location.pathname !== '/' || !answer.has('state')) return;
  const begun = take();
  history.replaceState(null, '', begun?.back ?? '/');
  if (begun === undefined) {
    failure = text.signIn.notBegun;
    return;
  }
  try {
    keepToken(await (await flow()).complete(settings, answer, begun));
  } catch (error) {
    const denied = answer.get('error_description') ?? answer.get('error');
    failure = denied === null ? text.signIn.failed(reasonOf(error)) : text.signIn.denied(denied);
  }
}
