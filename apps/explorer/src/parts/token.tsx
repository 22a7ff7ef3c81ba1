import { useState } from 'preact/hooks';
import { text } from '../text';

interface Props {
  /** The server did not accept the last one. */
  readonly isWrong: boolean;
  onToken(token: string): void;
}

const words = text.token;

export function TokenForm({ isWrong, onToken }: Props) {
  const [token, setToken] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <>
      <p>{words.help}</p>
      <form class="inline-form" onSubmit={submit}>
        <label for="token">{words.label}</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          value={token}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'token-wrong' : undefined}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {words.use}
        </button>
      </form>
      {isWrong && (
        <p id="token-wrong" class="error" role="alert">
          {words.wrong}
        </p>
      )}
    </>
  );
}

/** Asks for the token of a protected server. */
export function TokenPrompt(props: Props) {
  return (
    <main class="note">
      <h1>{words.title}</h1>
      <TokenForm {...props} />
    </main>
  );
}
