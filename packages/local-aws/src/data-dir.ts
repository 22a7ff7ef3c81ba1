import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/*
 * The file `lock.<n>` in a data folder identifies the process that uses the folder: its process id and its
 * start time. The start time detects a reused process id. The lock with the highest number counts. It is free
 * once its process has ended, in whatever way, so a start right after a SIGKILL needs no cleanup. A process
 * takes the lock by creating the file with the next number; the file system allows only one process to do
 * that. The last lock is never removed, so numbers only grow: a slow process that saw an old lock may
 * recreate an outdated number, but it then finds a higher one. (A library such as proper-lockfile considers a
 * lock stale only after seconds without a heartbeat.)
 */

/** Owner-only permissions: other users can't read the log or the engine's secret. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

const LOCK = /^lock\.(\d+)$/;

/** When a process started, in the system's own terms; undefined when it does not run (any more). */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // The second field is the program's name in parentheses and may contain any character.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    const [state = '', ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    })
      .trim()
      .split(/\s+/);
    return state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

const numbers = (folder: string): number[] =>
  readdirSync(folder)
    .map((name) => Number(LOCK.exec(name)?.[1] ?? 0))
    .filter((number) => number > 0)
    .sort((a, b) => a - b);

/** The data folder is unusable. The message gives the reason in one line. */
export class DataDirError extends Error {
  override readonly name: string = 'DataDirError';
}

/** A process as a lock names it. */
interface Holder {
  readonly pid: string;
  readonly start: string | undefined;
}

/** The process that owns a lock, if it is still running. */
function holderOf(file: string): Holder | undefined {
  const [pid = '', start] = readFileSync(file, 'utf8').split('\n');
  return start === startOf(Number(pid)) ? { pid, start } : undefined;
}

const lockOf = (folder: string, number: number): string => join(folder, `lock.${number}`);

/** The owner of a folder whose locks have these numbers. */
function newestHolder(folder: string, known: readonly number[]): Holder | undefined {
  const newest = known.at(-1);
  return newest === undefined ? undefined : holderOf(lockOf(folder, newest));
}

/** Another process has the folder. */
export class DataDirInUseError extends DataDirError {
  override readonly name = 'DataDirInUseError';
  constructor(folder: string, { pid }: Holder) {
    super(`DATA_DIR ${folder} is in use by process ${pid}`);
  }
}

/** Creates a file with its content atomically; returns false if it already exists. */
function create(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content, { mode: FILE_MODE });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** A single attempt; returns false if another process was faster. */
function take(folder: string): boolean {
  const known = numbers(folder);
  const newest = known.at(-1) ?? 0;
  const holder = newestHolder(folder, known);
  if (holder !== undefined) throw new DataDirInUseError(folder, holder);
  const mine = lockOf(folder, newest + 1);
  if (!create(mine, `${process.pid}\n${startOf(process.pid)}`)) return false;
  if (numbers(folder).at(-1) !== newest + 1) {
    rmSync(mine, { force: true });
    return false;
  }
  for (const number of known) rmSync(lockOf(folder, number), { force: true });
  return true;
}

const INDEXED = 'indexed';

/** Notes that everything in the folder's log is indexed. The next process that locks the folder removes the note. */
export function noteIndexed(folder: string): void {
  writeFileSync(join(folder, INDEXED), '', { mode: FILE_MODE });
}

/** Whether the process that had the folder before has indexed everything. Removes its note. */
function takeIndexedNote(folder: string): boolean {
  const file = join(folder, INDEXED);
  const noted = existsSync(file);
  rmSync(file, { force: true });
  return noted;
}

/** Files that Hindsight or its engine creates. Any other file in the folder belongs to the user. */
const OURS = /^(lock\.\d+|engine\.json|indexed|executions\.ndjson|hindsight\.db)(?=$|[.-])/;

/**
 * Closes a file of ours.
 * @throws DataDirError if it leads elsewhere or belongs to another user, who may have put it there when the folder was
 * open
 */
function closeFile(folder: string, name: string): void {
  const file = join(folder, name);
  // The draft of a lock may already have been deleted.
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const user = process.getuid?.();
  // The superuser may keep the data of another user, as in a container.
  const isOwn = user === undefined || user === 0 || stats.uid === user;
  if (!stats.isFile() || !isOwn)
    throw new DataDirError(
      `DATA_DIR ${folder} has a ${name} that is not a file of this user: another user may have put it there`,
    );
  chmodSync(file, FILE_MODE);
}

/**
 * Closes a folder that others could read, as earlier versions left it. A folder that has other things in it, such as
 * /tmp, stays as it is, and only our files in it are closed.
 * @throws DataDirError if others may write to it: they could replace the log
 */
function closeToOthers(folder: string): void {
  const names = readdirSync(folder);
  const { mode } = statSync(folder);
  if (names.every((name) => OURS.test(name))) chmodSync(folder, FOLDER_MODE);
  else if ((mode & 0o022) !== 0)
    throw new DataDirError(
      `DATA_DIR ${folder} has other files in it, and others may write to it: set it to a folder of its own`,
    );
  // From here on, no other process can add one.
  for (const name of readdirSync(folder).filter((each) => OURS.test(each))) closeFile(folder, name);
}

/**
 * Creates a data folder if it is missing, with access for this user only, and locks it until this process
 * ends.
 * @returns whether everything in the folder's log was indexed when it was left
 * @throws DataDirError if another process has locked it, or if it can't be created or written
 */
export function takeDataDir(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
    closeToOthers(folder);
    while (!take(folder));
    return takeIndexedNote(folder);
  } catch (error) {
    if (error instanceof DataDirError) throw error;
    throw new DataDirError(`DATA_DIR ${folder} can not be used: ${(error as Error).message}`);
  }
}

/** The local address of a data folder's engine, and its table. */
export interface OpenEngine {
  readonly endpoint: string;
  readonly table: string;
  /** The secret access key that signs requests to it; the access key id is `local`. */
  readonly secret: string;
}

const ENGINE = 'engine.json';

/**
 * Publishes the engine's address in the folder, which this process has locked. The port changes at each
 * start.
 */
export function publishEngine(folder: string, { endpoint, table, secret }: OpenEngine): void {
  const draft = join(folder, `${ENGINE}.${process.pid}`);
  const holder: Holder = { pid: String(process.pid), start: startOf(process.pid) };
  writeFileSync(draft, JSON.stringify({ endpoint, table, secret, holder }), { mode: FILE_MODE });
  renameSync(draft, join(folder, ENGINE));
}

/** The engine of the process that currently has the lock. Addresses left by earlier processes are ignored. */
export function publishedEngine(folder: string): OpenEngine | undefined {
  const now = newestHolder(folder, numbers(folder));
  const file = join(folder, ENGINE);
  if (now === undefined || !existsSync(file)) return undefined;
  const { endpoint, table, secret, holder } = JSON.parse(readFileSync(file, 'utf8')) as OpenEngine & {
    holder: Holder;
  };
  return holder.pid === now.pid && holder.start === now.start ? { endpoint, table, secret } : undefined;
}
