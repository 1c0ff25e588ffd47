// The npm packages of this repository, exactly as package-lock.json names them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstErrors, runNpm } from './npm.mjs';
import { root } from './run.mjs';

export const packages = {
  name: 'npm packages',
  async look() {
    const wanted = readLock(join(root, 'package-lock.json'));
    const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
    if (installed === undefined) return undefined;
    const missing = findMissingPackages(wanted.packages, installed.packages);
    return missing.length === 0 ? { detail: `(${Object.keys(installed.packages).length})` } : undefined;
  },
  async install() {
    const { status, output } = await runNpm(['ci', '--no-audit', '--no-fund'], { log: 'npm' });
    if (status !== 0) throw new Error(`npm ci failed\n  ${firstErrors(output)}`);
  },
  byHand: () => 'npm ci',
};

/** The paths that the lock names and node_modules lacks or has in another version; those for other systems may be missing. */
export function findMissingPackages(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && !entry.link)
    .filter(([path, entry]) => {
      const found = installed[path];
      if (found === undefined) return !entry.optional && !entry.devOptional;
      return found.version !== entry.version || found.integrity !== entry.integrity;
    })
    .map(([path]) => path);
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
