/**
 * Reads a JSON list of regular expressions from the standard input, and prints a list of those that some text makes
 * slow (more than linear in its length), with why. By the rules that the sources are held to.
 */
import { readFileSync } from 'node:fs';
import { Linter } from 'eslint';
import config from '../../eslint.config.mjs';

const plugins = config.find(({ plugins: known }) => known?.regexp !== undefined).plugins;
const rules = Object.fromEntries(
  config
    .flatMap(({ rules: given = {} }) => Object.entries(given))
    .filter(([name]) => name.startsWith('regexp/')),
);
const linter = new Linter();

const slow = JSON.parse(readFileSync(0, 'utf8')).flatMap((pattern) => {
  const source = `export const pattern = ${String(new RegExp(pattern, 'u'))};`;
  const [found] = linter.verify(source, { plugins, rules });
  return found === undefined ? [] : [{ pattern, why: found.message }];
});
console.log(JSON.stringify(slow));
