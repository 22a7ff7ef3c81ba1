import { createInterface } from 'node:readline/promises';
import type { Question } from '@hindsight/import';
import type { Ask } from './run';

/** Questions are for people at a terminal: both ends must be one. */
export const isTerminal = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

/** What was typed ahead: a question takes one line, and leaves the others to the next ones. */
const typed: string[] = [];

async function asked(text: string): Promise<string> {
  const ahead = typed.shift();
  if (ahead !== undefined) {
    process.stdout.write(`${text}${ahead}\n`);
    return ahead;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // The first line answers the question; the others come as events.
  lines.on('line', (line) => typed.push(line.trim()));
  try {
    return (await lines.question(text)).trim();
  } finally {
    lines.close();
  }
}

/** The choice that an answer names, by its number or its text. */
export function choiceIn(answer: string, choices: readonly string[]): string | undefined {
  if (choices.length === 0) return answer === '' ? undefined : answer;
  return /^\d+$/.test(answer) && !choices.includes(answer)
    ? choices[Number(answer) - 1]
    : choices.find((one) => one === answer);
}

export const terminal: Ask = {
  async choose({ text, choices }: Question): Promise<string> {
    const list = choices.map((choice, index) => `  ${index + 1}  ${choice}\n`).join('');
    for (;;) {
      const choice = choiceIn(await asked(`${text}\n${list}> `), choices);
      if (choice !== undefined) return choice;
    }
  },
  confirm: async (question) => /^y(es)?$/i.test(await asked(`${question} [y/N] `)),
};
