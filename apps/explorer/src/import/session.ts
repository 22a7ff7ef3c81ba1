import type { Choice, FormatOptions, Question } from '@hindsight/import';
import { useEffect, useState } from 'preact/hooks';
import { keptToken, saveAs } from '../service';
import { text } from '../text';
import type { Beginning, Checked, ConflictPolicy, Ended, FromWorker, ToWorker } from './messages';

declare const IMPORT_WORKER: string;

export type Phase =
  | 'reading'
  | 'unclear'
  | 'unreadable'
  | 'checked'
  | 'sending'
  | 'comparing'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'ended';

/** One file, how it is read, and how far its import is. */
export interface Import {
  readonly file: File;
  readonly options: FormatOptions;
  readonly onConflict: ConflictPolicy;
  readonly phase: Phase;
  /** Undefined: nothing was read yet. */
  readonly beginning?: Beginning;
  readonly report: readonly Choice[];
  readonly question?: Question;
  readonly problem?: string | undefined;
  readonly isTokenWrong?: boolean;
  readonly first: readonly (readonly string[])[];
  /** Bytes of the file. */
  readonly read: number;
  readonly checked?: Checked;
  readonly sent: readonly [done: number, all: number];
  readonly ended?: Ended;
}

const UNDER_WAY: readonly Phase[] = ['sending', 'comparing', 'stopping'];
export const isUnderWay = ({ phase }: Pick<Import, 'phase'>): boolean => UNDER_WAY.includes(phase);

let current: Import | undefined;
/** Of several files that were dropped, none is taken. */
let complaint: string | undefined;
let worker: Worker | undefined;
const listeners = new Set<() => void>();

function change(next: Partial<Import>): void {
  if (current === undefined) return;
  current = { ...current, ...next };
  for (const listener of listeners) listener();
}

function after(message: FromWorker, { file, phase }: Import): Partial<Import> {
  switch (message.type) {
    case 'begins':
      return { beginning: message.beginning, report: message.report };
    case 'unclear':
      return { phase: 'unclear', question: message.question };
    case 'unreadable':
      return { phase: 'unreadable', problem: message.message };
    case 'first':
      return { first: message.lines };
    case 'read':
      return { read: message.bytes };
    case 'checked':
      return { phase: 'checked', checked: message.checked };
    case 'sent':
      return { sent: [message.done, message.all] };
    case 'comparing':
      return phase === 'stopping' ? {} : { phase: 'comparing' };
    case 'stopped':
      return { phase: 'stopped' };
    case 'failed':
      return { phase: 'failed', problem: message.message, isTokenWrong: message.isTokenWrong };
    case 'ended':
      return { phase: 'ended', ended: message.ended };
    case 'refusedFile':
      saveAs(message.file, `${file.name}.refused.csv`);
      return {};
  }
}

const tell = (message: ToWorker): void => worker?.postMessage(message);

/** Reads the file with a new worker: the one before ends, whatever it was doing. */
function begin(file: File, options: FormatOptions, kept: Partial<Import>): void {
  worker?.terminate();
  const started = new Worker(IMPORT_WORKER);
  worker = started;
  complaint = undefined;
  const empty = { report: [], first: [], read: 0, sent: [0, 0] } as const;
  current = { ...kept, file, options, onConflict: kept.onConflict ?? 'reject', phase: 'reading', ...empty };
  started.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (worker === started && current !== undefined) change(after(data, current));
  };
  started.onerror = () => {
    if (worker === started) change({ phase: 'failed', problem: text.import.noMemory });
  };
  tell({ type: 'open', file, options });
  change({});
}

/** Takes a file that was chosen or dropped, unless another one is under way. @returns whether it was taken */
export function takeFiles(files: readonly File[]): boolean {
  const [file, ...others] = files;
  if (file === undefined || (current !== undefined && isUnderWay(current))) return false;
  if (others.length > 0) {
    complaint = text.import.oneFile(files.length);
    for (const listener of listeners) listener();
    return true;
  }
  begin(file, {}, {});
  return true;
}

/** Reads the same file with other options; those that are undefined are detected. */
export function setOptions(options: {
  readonly [K in keyof FormatOptions]?: FormatOptions[K] | undefined;
}): void {
  if (current === undefined || isUnderWay(current)) return;
  const { file, onConflict, beginning } = current;
  const all = Object.entries({ ...current.options, ...options });
  const given = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as FormatOptions;
  // Its columns stay in sight until the worker has read them again.
  begin(file, given, { onConflict, ...(beginning !== undefined && { beginning }) });
}

export const setConflicts = (onConflict: ConflictPolicy): void => change({ onConflict });

const stay = (event: BeforeUnloadEvent): void => event.preventDefault();

/** Imports the file, or goes on where it stopped: what the log has is not recorded again. */
export function start(): void {
  if (current === undefined) return;
  const { onConflict } = current;
  change({ phase: 'sending', problem: undefined, isTokenWrong: false });
  tell({ type: 'import', token: keptToken(), onConflict });
}

export function stop(): void {
  change({ phase: 'stopping' });
  tell({ type: 'stop' });
}

export const saveRefused = (): void => tell({ type: 'saveRefused' });

// An import goes on while other pages are looked at, so it is no part of any.
listeners.add(() => {
  if (current !== undefined && isUnderWay(current)) addEventListener('beforeunload', stay);
  else removeEventListener('beforeunload', stay);
});

/** The import of this tab, if there is one, and why what was dropped was not taken. */
export function useImport(): {
  readonly current: Import | undefined;
  readonly complaint: string | undefined;
} {
  const [shown, setShown] = useState({ current, complaint });
  useEffect(() => {
    const update = (): void => setShown({ current, complaint });
    listeners.add(update);
    update();
    return () => void listeners.delete(update);
  }, []);
  return shown;
}
