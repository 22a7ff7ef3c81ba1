import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The code of the functions, as built. */
export interface Bundles {
  /** The absolute path of a workflow function's bundle. */
  handler(name: string): string;
  readonly gateway: string;
}

class BundleMissingError extends Error {
  override readonly name = 'BundleMissing';
}

function folder(path: string, remedy: string): string {
  if (!existsSync(resolve(path, 'index.js')))
    throw new BundleMissingError(`no index.js in ${path}: ${remedy}`);
  return path;
}

/** @param root the repository, absolute */
export const bundlesIn = (root: string): Bundles => ({
  handler: (name) => folder(resolve(root, 'apps/handlers/dist', name), 'run `npm run build` at the root'),
  get gateway() {
    return folder(resolve(root, 'terraform/build/gateway'), 'run `npm run bundle` in terraform/');
  },
});
