import { TokenPrompt } from '../parts/token';
import { text } from '../text';
import { SignInPrompt } from './prompt';
import { signOut } from './session';
import { signInSettings } from './settings';

const settings = signInSettings();

interface Props {
  readonly isWrong: boolean;
  onToken(token: string): void;
}

/** Lets people in where the server asks who they are. */
export const Door = (props: Props) =>
  settings === undefined ? <TokenPrompt {...props} /> : <SignInPrompt settings={settings} {...props} />;

export function LeaveButton({ onForget }: { onForget(): void }) {
  const leave = settings === undefined ? onForget : () => void signOut(settings);
  return (
    <button type="button" class="quiet" onClick={leave}>
      {settings === undefined ? text.token.forget : text.signIn.out}
    </button>
  );
}
