import type { Command } from 'commander';

export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish'];

interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
}

const completedOf = (command: Command): Completed => ({
  name: command.name(),
  description: command.description(),
  options: command.options.map((option) => ({
    flag: option.long ?? option.flags,
    description: option.description,
    choices: option.argChoices ?? [],
  })),
});

/** For bash; zsh runs the same script in its bash mode. */
function bash(name: string, commands: readonly Completed[]): string {
  const flags = commands.map(
    ({ name: command, options }) =>
      `    ${command}) words="${options.map(({ flag }) => flag).join(' ')} --help" ;;`,
  );
  const choices = new Map(
    commands.flatMap(({ options }) =>
      options
        .filter((option) => option.choices.length > 0)
        .map((option) => [option.flag, option.choices] as const),
    ),
  );
  const values = [...choices].map(([flag, words]) => `    ${flag}) words="${words.join(' ')}" ;;`);
  return `_hindsight() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  case "\${COMP_WORDS[1]}" in
${flags.join('\n')}
  esac
  case "$previous" in
${values.join('\n')}
    completion) words="${SHELLS.join(' ')}" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${commands.map((command) => command.name).join(' ')} --help --version"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hindsight ${name}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

function fish(name: string, commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name: command, description, options }) => [
    `complete -c ${name} -n __fish_use_subcommand -a ${command} -d ${quoted(description)}`,
    ...options.map(({ flag, description: text, choices }) => {
      const values = choices.length > 0 ? ` -xa ${quoted(choices.join(' '))}` : '';
      return `complete -c ${name} -n '__fish_seen_subcommand_from ${command}' -l ${flag.slice(2)}${values} -d ${quoted(text)}`;
    }),
  ]);
  return lines.join('\n');
}

/** Generates a shell completion script from the program's commands and options. */
export function completion(shell: string, name: string, program: Command): string {
  const commands = program.commands.map(completedOf);
  if (shell === 'fish') return fish(name, commands);
  const script = bash(name, commands);
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}
