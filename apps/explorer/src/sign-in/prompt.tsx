import { useState } from 'preact/hooks';
import { TokenForm } from '../parts/token';
import { text } from '../text';
import { signIn, signInFailure } from './session';
import type { SignInSettings } from './settings';

const words = text.signIn;

interface Props {
  readonly settings: SignInSettings;
  /** The server did not accept the token. */
  readonly isWrong: boolean;
  onToken(token: string): void;
}

/** Asks people to sign in with the issuer, or for a token. */
export function SignInPrompt({ settings, isWrong, onToken }: Props) {
  const [failure, setFailure] = useState(signInFailure() ?? (isWrong ? words.refused : undefined));
  const [isLeaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    setFailure(undefined);
    signIn(settings).catch((error: unknown) => {
      setLeaving(false);
      setFailure(words.failed(error instanceof Error ? error.message : String(error)));
    });
  };
  return (
    <main class="note">
      <h1>{words.title}</h1>
      <p>
        <button type="button" id="sign-in" class="primary" disabled={isLeaving} onClick={leave}>
          {words.with(new URL(settings.issuer).host)}
        </button>
      </p>
      {failure !== undefined && (
        <p id="sign-in-failed" class="error" role="alert">
          {failure}
        </p>
      )}
      <details>
        <summary>{words.token}</summary>
        <TokenForm isWrong={isWrong} onToken={onToken} />
      </details>
    </main>
  );
}
