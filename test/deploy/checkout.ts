import { spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const ROOT = join(__dirname, '../..');
/** What a build or a deployment leaves, other than the builds that are deployed, stays behind. */
const LEFT = ['node_modules', 'cdktf.out', '.turbo', 'coverage', 'settings.json'];

/** How a command ended. */
export interface Ended {
  readonly status: number;
  readonly output: string;
}

/** A copy of this checkout: deployments, their state and the changes that are tried leave the original alone. */
export interface Checkout {
  readonly root: string;
  readonly terraform: string;
  /** Runs a command in it, to its end. Its output stays in a file beside the copy. */
  run(command: string, args: readonly string[], options?: { cwd?: string; env?: object }): Promise<Ended>;
  /** Builds what changed; as the root's build does, without its memory of earlier ones. */
  build(): Promise<void>;
  /** Adds an event type that is another one under a new name. */
  addEventType(like: { folder: string; name: string }, as: { folder: string; name: string }): void;
}

/** @param folder where the copy and the logs go; the packages that are installed here serve it too */
export function copyCheckout(folder: string): Checkout {
  const root = join(folder, 'checkout');
  const terraform = join(root, 'terraform');
  const copied = [
    'package.json',
    'tsconfig.base.json',
    'tsconfig.sources.json',
    'packages',
    'apps',
    'terraform',
  ];
  for (const part of copied) {
    cpSync(join(ROOT, part), join(root, part), {
      recursive: true,
      filter: (path) => !LEFT.includes(basename(path)) && !path.endsWith('.tfstate'),
    });
  }
  installLike(root);
  let commands = 0;

  const run: Checkout['run'] = async (command, args, { cwd = root, env = {} } = {}) => {
    // A file and not a pipe: of what is in a pipe, a process that ends itself loses the last part.
    commands += 1;
    const file = join(folder, `command-${String(commands).padStart(2, '0')}.log`);
    writeFileSync(file, `$ ${command} ${args.join(' ')}\n`);
    const log = openSync(file, 'a');
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
    closeSync(log);
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
    return { status, output: stripVTControlCharacters(readFileSync(file, 'utf8')) };
  };

  return {
    root,
    terraform,
    run,
    async build() {
      const steps: [string, string[]][] = [
        ['node', ['packages/domain/scripts/generate-registry.mjs']],
        [join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/workflow']],
        ['node', ['apps/handlers/scripts/bundle.mjs']],
      ];
      for (const [command, args] of steps) {
        const { status, output } = await run(command, args);
        if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${output}`);
      }
    },
    addEventType(like, as) {
      const events = join(root, 'packages/domain/src/events');
      const source = readFileSync(join(events, like.folder, 'index.ts'), 'utf8');
      mkdirSync(join(events, as.folder));
      writeFileSync(join(events, as.folder, 'index.ts'), source.replaceAll(like.name, as.name));
    },
  };
}

/** Links what is installed here; the workspaces are the copy's own. */
function installLike(root: string): void {
  const installed = join(ROOT, 'node_modules');
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@hindsight'), { recursive: true });
  for (const name of readdirSync(installed).filter((entry) => entry !== '@hindsight')) {
    symlinkSync(join(installed, name), join(modules, name));
  }
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, group))) {
      symlinkSync(join(root, group, name), join(modules, '@hindsight', name));
      const own = join(ROOT, group, name, 'node_modules');
      if (existsSync(own)) symlinkSync(own, join(root, group, name, 'node_modules'));
    }
  }
  symlinkSync(join(ROOT, 'terraform/node_modules'), join(root, 'terraform/node_modules'));
}
