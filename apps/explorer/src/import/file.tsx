import { useEffect, useState } from 'preact/hooks';
import { text } from '../text';
import { takeFiles } from './session';

const words = text.import;

const filesOf = (list: FileList | null | undefined): readonly File[] => [...(list ?? [])];

/** A button that lets a file be chosen. */
export function ChooseFile(props: { label: string; isPrimary?: boolean; onTaken?(): void }) {
  const { label, isPrimary = false, onTaken } = props;
  const choose = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    if (takeFiles(filesOf(input.files))) onTaken?.();
    // The same file can be chosen again, after it was corrected.
    input.value = '';
  };
  return (
    <label class={`file-button ${isPrimary ? 'primary' : ''}`}>
      <input class="hidden" type="file" onChange={choose} />
      {label}
    </label>
  );
}

/** The place for a file, on the page that imports it and on an empty server. */
export function DropPlace({ help, onTaken }: { help?: string; onTaken?(): void }) {
  return (
    <div class="drop-place">
      <strong>{words.title}</strong>
      {help !== undefined && <span class="muted">{help}</span>}
      <span>
        <ChooseFile label={words.choose} isPrimary {...(onTaken && { onTaken })} />{' '}
        <span class="muted">{words.drop}</span>
      </span>
    </div>
  );
}

/** Says that files can be dropped, where there is no place for it. */
export function DropHint({ onTaken }: { onTaken(): void }) {
  return (
    <p class="drop-hint">
      {words.hint} <ChooseFile label={words.chooseOne} onTaken={onTaken} />
    </p>
  );
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Takes a file that is dropped anywhere on any page. */
export function DropAnywhere({ onTaken }: { onTaken(): void }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Otherwise the browser leaves the page, and shows the file.
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (takeFiles(filesOf(event.dataTransfer?.files))) onTaken();
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [onTaken]);
  return isOver ? <div class="dropping">{words.dropAnywhere}</div> : null;
}
