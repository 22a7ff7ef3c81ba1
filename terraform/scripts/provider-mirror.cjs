'use strict';

const { existsSync, readdirSync, writeFileSync } = require('node:fs');
const { join, parse } = require('node:path');

const PROVIDER = 'registry.terraform.io/hashicorp/aws';
const SKIPPED = ['proc', 'sys', 'dev', 'run', 'node_modules'];

function below(folder, depth) {
  let names;
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return undefined;
  }
  if (names.includes('tf-plugins') && existsSync(join(folder, 'tf-plugins', PROVIDER))) {
    return join(folder, 'tf-plugins');
  }
  if (depth === 0) return undefined;
  for (const name of names.filter((candidate) => !SKIPPED.includes(candidate))) {
    const found = below(join(folder, name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A folder `tf-plugins` on this machine that holds the AWS provider, for machines that can't reach the registry. */
const findMirror = () => below(parse(__dirname).root, 3);

/** Writes a configuration of Terraform's command line that takes providers from a mirror, or else the registry. */
function writeConfiguration(file, mirror) {
  const installation = mirror
    ? `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(mirror)} }\n}\n`
    : '';
  writeFileSync(file, `${installation}disable_checkpoint = true\n`);
}

module.exports = { findMirror, writeConfiguration };
