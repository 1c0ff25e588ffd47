// Packages as files, without root and without installing any: from sources and lists of their own.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDebianArchive, readAptSources } from './aptSources.mjs';
import { run, which } from './run.mjs';
import { lastLines } from './system.mjs';

/** The archive this Debian comes from, with `codename`; or why there is none, as a text. */
export function findArchive() {
  if (which('apt-get') === undefined || which('dpkg') === undefined) return 'this system has no apt-get';
  const release = readFileSync('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME=["']?(\w+)/m.exec(release)?.[1];
  if (!/^ID=["']?debian/m.test(release) || codename === undefined)
    return 'they come from Debian and this is another system';
  const archive = findDebianArchive(readAptSources(), codename);
  return archive ? { ...archive, codename } : `the apt sources name no archive for ${codename}`;
}

/** Reads the lists of these suites into the folder `work`; gives how to call apt with them. */
export async function openSuites(archive, suites, work) {
  const signature = archive.signedBy ? `[signed-by=${archive.signedBy}] ` : '';
  for (const folder of ['lists/partial', 'archives/partial', 'debs'])
    mkdirSync(join(work, folder), { recursive: true });
  const list = join(work, 'sources.list');
  writeFileSync(list, suites.map(name => `deb ${signature}${archive.uri} ${name} main\n`).join(''));
  const options = [
    `Dir::Etc::sourcelist=${list}`,
    'Dir::Etc::sourceparts=-',
    'Dir::Etc::preferences=-',
    'Dir::Etc::preferencesparts=-',
    `Dir::State::lists=${join(work, 'lists')}`,
    'Dir::State::status=/dev/null',
    `Dir::Cache=${work}`,
    // A mirror that stands still is good enough here; its signature is checked all the same.
    'Acquire::Check-Valid-Until=false',
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::http::Timeout=30',
    'Acquire::Retries=1',
    'APT::Sandbox::User=root',
  ].flatMap(option => ['-o', option]);
  const settings = { cwd: join(work, 'debs'), log: 'servers', timeoutSeconds: 180 };
  const apt = (program, ...words) => must(program, [...options, ...words], settings);
  await apt('apt-get', 'update', '--error-on=any');
  return { apt, settings };
}

/** Fetches packages, each as `name` or `name/suite`, and unpacks them into `target`. */
export async function unpackPackages({ apt, settings }, packages, target) {
  await apt('apt-get', 'download', ...packages);
  const archives = readdirSync(settings.cwd).map(name => join(settings.cwd, name));
  for (const deb of archives) await must('dpkg', ['-x', deb, target], settings);
}

export async function must(command, args, settings) {
  const result = await run(command, args, settings);
  if (result.status === 0) return result;
  const what = `${command} ${args.find(word => /^[a-z]+$/.test(word)) ?? ''}`.trim();
  throw new Error(`${what} failed: ${result.problem ?? lastLines(result.output, 1)}`);
}
