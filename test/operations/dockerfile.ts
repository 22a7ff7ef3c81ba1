import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** A stage of a Dockerfile: from its FROM to the next. */
export interface Stage {
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the stages of a Dockerfile. */
export function stagesOf(text: string): Stage[] {
  const lines = text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const all = lines.map((line) => {
    const [, name = '', rest = ''] = /^(\w+) (\S.*)$/.exec(line) ?? [];
    return { name, rest };
  });
  const starts = all.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
  return starts.map((start, index) => ({
    base: all[start]?.rest ?? '',
    instructions: all.slice(start + 1, starts[index + 1]),
  }));
}

export const ROOT = join(__dirname, '../..');
export const readDockerfile = (): string => readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** What makes an image unsafe, or hard to run. */
export function complaintsAbout(text: string): string[] {
  const stages = stagesOf(text);
  const last = stages.at(-1);
  const values = (name: string): string[] =>
    (last?.instructions ?? []).filter((one) => one.name === name).map(({ rest }) => rest);
  const all = stages.flatMap(({ instructions }) => instructions);
  const isList = (rest: string | undefined): boolean =>
    /^\[".*"\]$/.test((rest ?? '').replace(/^.*?CMD /, ''));
  const rules: readonly (readonly [boolean, string])[] = [
    [stages.every(({ base }) => /^[\w./-]+:\d[\w.-]*( AS \w+)?$/.test(base)), 'a base image has no version'],
    [!/^(root|0)?(:.*)?$/.test(values('USER').at(-1) ?? ''), 'it runs as root'],
    [values('VOLUME').length === 1, 'the data has no volume'],
    [
      values('HEALTHCHECK').length === 1 && isList(values('HEALTHCHECK')[0]),
      'no health check without a shell',
    ],
    [isList(values('CMD')[0]), 'a shell would get the stop signal'],
    [!all.some(({ name }) => name === 'ADD'), 'ADD unpacks and downloads: use COPY'],
    [
      !all.some(({ name, rest }) => /^(ENV|ARG)$/.test(name) && /token|secret|password/i.test(rest)),
      'a secret',
    ],
    [!all.some(({ rest }) => /npm (install|i)\b/.test(rest)), 'npm install ignores the lock file: npm ci'],
    [!values('RUN').some((rest) => /npm |apt-get/.test(rest)), 'the last stage installs'],
  ];
  return rules.flatMap(([holds, complaint]) => (holds ? [] : [complaint]));
}
