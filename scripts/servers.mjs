// Fetches other server versions from Debian's suites, each with the libraries it was built for, beside the system's own
// packages and without touching them. Started through their own loader, they run on any Debian of the same processor.
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findArchive, must, openSuites, unpackPackages } from './setup/aptDownload.mjs';
import { cacheDirectory, installWhole } from './setup/cache.mjs';
import { lastLines } from './setup/system.mjs';

const newLibraries =
  'libc6 libatomic1 libgcc-s1 libstdc++6 libjemalloc2 liblzf1 libssl3t64 libsystemd0 libcap2 zlib1g libzstd1'.split(
    ' ',
  );
const bookwormLibraries =
  'libc6 libatomic1 libgcc-s1 libstdc++6 libjemalloc2 liblzf1 libssl3 libsystemd0 libcap2 zlib1g libzstd1 liblz4-1 liblzma5 libgcrypt20 libgpg-error0'.split(
    ' ',
  );

// `suite` holds the server, `base` the libraries where the suite is only an addition to another one.
const variants = [
  { product: 'valkey', suite: 'bookworm-backports', base: 'bookworm', libraries: bookwormLibraries },
  { product: 'redis', suite: 'trixie', libraries: newLibraries },
  { product: 'valkey', suite: 'trixie', libraries: newLibraries },
  { product: 'redis', suite: 'experimental', base: 'sid', libraries: newLibraries },
  { product: 'valkey', suite: 'sid', libraries: newLibraries },
];

const machines = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** What could be had, as `{ name, version, server, cli }` with executable paths; a line is said for each that could not. */
export async function fetchServers(say = line => console.log(line)) {
  const archive = findServerArchive();
  if (typeof archive === 'string') {
    say(`other server versions: skipped, ${archive}`);
    return [];
  }
  const servers = [];
  for (const variant of variants) {
    const { product, suite } = variant;
    const directory = join(cacheDirectory(), 'servers', `${product}-${suite}-${process.arch}`);
    const there = existsSync(directory);
    const started = Date.now();
    try {
      await installWhole(directory, draft => fetchServer(draft, variant, archive));
      const server = await describeServer(directory, product);
      servers.push(server);
      say(`${server.name}: ${there ? 'there' : `fetched from ${suite} in ${seconds(started)} s`}`);
    } catch (error) {
      say(`${product} from ${suite}: skipped, ${error.message}`);
    }
  }
  return servers;
}

function findServerArchive() {
  if (process.platform !== 'linux' || machines[process.arch] === undefined)
    return `there are none for ${process.platform} on ${process.arch}`;
  return findArchive();
}

async function fetchServer(draft, { product, suite, base, libraries }, archive) {
  const work = join(draft, 'apt');
  const suites = await openSuites(archive, base ? [suite, base] : [suite], work);
  const packages = [
    ...[`${product}-server`, `${product}-tools`].map(name => `${name}/${suite}`),
    ...libraries.map(name => `${name}/${base ?? suite}`),
  ];
  await unpackPackages(suites, packages, draft);
  for (const program of ['server', 'cli']) writeStarter(draft, `${product}-${program}`);
  await describeServer(draft, product);
  rmSync(work, { recursive: true, force: true });
}

// The starter becomes the program (exec): its process id is the server's.
function writeStarter(directory, program) {
  const { triplet, loader } = machines[process.arch];
  const folders = [`usr/lib/${triplet}`, `lib/${triplet}`];
  const loaders = [
    ...folders.map(folder => `${folder}/${loader}`),
    `usr/lib64/${loader}`,
    `usr/lib/${loader}`,
    `lib/${loader}`,
  ];
  const found = loaders.find(
    path => existsSync(join(directory, path)) && !lstatSync(join(directory, path)).isSymbolicLink(),
  );
  if (found === undefined) throw new Error(`its libc6 has no ${loader}`);
  const libraries = folders.map(folder => `$root/${folder}`).join(':');
  mkdirSync(join(directory, 'bin'), { recursive: true });
  const path = join(directory, 'bin', program);
  const text = `#!/bin/sh
root=$(CDPATH= cd "$(dirname "$0")/.." && pwd)
exec "$root/${found}" --argv0 ${program} --library-path "${libraries}" "$root/usr/bin/${program}" "$@"
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

async function describeServer(directory, product) {
  const server = join(directory, 'bin', `${product}-server`);
  const { output } = await must(server, ['--version'], { timeoutSeconds: 20 });
  const version = /v=(\S+)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`it does not tell its version: ${lastLines(output, 1)}`);
  const name = `${product === 'redis' ? 'Redis' : 'Valkey'} ${version}`;
  return { name, version, server, cli: join(directory, 'bin', `${product}-cli`) };
}

function seconds(started) {
  return Math.round((Date.now() - started) / 1000);
}
