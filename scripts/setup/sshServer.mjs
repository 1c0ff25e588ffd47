// An SSH server that the tests start as a jump host: the system's own, or Debian's package unpacked in the cache. It is not
// installed: that would start a service that others can reach.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findArchive, openSuites, unpackPackages } from './aptDownload.mjs';
import { cacheDirectory, installWhole } from './cache.mjs';
import { run, which } from './run.mjs';
import { aptCommand } from './system.mjs';

export const sshServer = {
  name: 'SSH server',
  async look() {
    const server = findSshServer();
    if (!server) return undefined;
    // It has no option that only tells its version; an unknown one does.
    const { output } = await run(server.path, ['-?'], { env: server.env, timeoutSeconds: 20 });
    const version = /OpenSSH_(\S+?),?\s/.exec(output)?.[1];
    return version && { ...server, version, detail: version };
  },
  async install() {
    const archive = findArchive();
    if (typeof archive === 'string') throw new Error(archive);
    await installWhole(unpacked(), draft => fetchSshServer(draft, archive));
  },
  byHand: () =>
    process.platform === 'darwin' ? 'it belongs to macOS: /usr/sbin/sshd' : aptCommand(['openssh-server']),
};

/** `path` of the program, the `env` it needs, and the `folder` to copy where another user shall run it; undefined if there is none. */
export function findSshServer() {
  const path = [which('sshd'), '/usr/sbin/sshd', '/usr/local/sbin/sshd'].find(each => each && existsSync(each));
  if (path) return { path, env: {} };
  return existsSync(unpacked()) ? sshServerIn(unpacked()) : undefined;
}

/** The same of an unpacked one, which was copied there. */
export function sshServerIn(folder) {
  const libraries = ['usr/lib', 'lib']
    .map(name => join(folder, name))
    .filter(existsSync)
    .flatMap(name => readdirSync(name).map(triplet => join(name, triplet)));
  return { folder, path: join(folder, 'usr/sbin/sshd'), env: { LD_LIBRARY_PATH: libraries.join(':') } };
}

function unpacked() {
  return join(cacheDirectory(), 'servers', `openssh-${process.arch}`);
}

async function fetchSshServer(draft, archive) {
  const work = join(draft, 'apt');
  const suites = await openSuites(archive, [archive.codename], work);
  const direct = await librariesOf(suites, ['openssh-server']);
  const missing = [];
  for (const name of await librariesOf(suites, direct, '--recurse')) if (!(await isInstalled(name))) missing.push(name);
  await unpackPackages(suites, ['openssh-server', ...missing], draft);
  rmSync(work, { recursive: true, force: true });
}

async function librariesOf({ apt }, packages, ...options) {
  const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(kind => `--no-${kind}`);
  const { output } = await apt('apt-cache', 'depends', ...only, ...options, ...packages);
  const names = [...output.matchAll(/^(?: *\|?(?:Pre)?Depends: )?([a-z][\w.+-]*)$/gm)].map(([, name]) => name);
  return [...new Set(names)].filter(name => name.startsWith('lib') && !name.startsWith('libpam-'));
}

async function isInstalled(name) {
  const { output } = await run('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { timeoutSeconds: 20 });
  return output === 'installed';
}
