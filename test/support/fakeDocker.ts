import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findServerBinary } from '../../src/core/local/findServerBinary';

/** The compose file that ships, its servers on eight other ports from this one on. */
export async function composeTextFrom(firstPort: number): Promise<string> {
  const shipped = '127.0.0.1:7000-7007:';
  const text = await readFile('docker-compose.yml', 'utf8');
  assert(text.includes(shipped), `docker-compose.yml publishes ${shipped}`);
  return text.replace(shipped, `127.0.0.1:${firstPort}-${firstPort + 7}:`);
}

/** What goes wrong with it: words of real engines, or that it never ends. */
export type DockerTrouble = 'noEngine' | 'portTaken' | 'noImage' | 'hangs';

/** A `docker` that stands in for an engine: `compose up` starts real servers on the ports that the file publishes. */
export interface FakeDocker {
  /** To be put in front of PATH. */
  readonly folder: string;
  /** Each call, without the options that name file and project: `up -d --wait`. */
  calls(): Promise<string[]>;
  setTrouble(trouble: DockerTrouble | undefined): Promise<void>;
  /** Ends what it still runs. */
  end(): Promise<void>;
}

/** Everything it writes is below `directory`; `down` ends its servers, and whoever uses it has to call that. */
export async function makeFakeDocker(directory: string): Promise<FakeDocker> {
  const folder = join(directory, 'docker');
  await mkdir(folder);
  const { path } = await findServerBinary(process.env.RCM_TEST_SERVER);
  const at = (name: string): string => JSON.stringify(join(folder, name));
  const program = `#!${process.execPath}
const { spawn } = require('node:child_process');
const { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { connect } = require('node:net');
const [, ...words] = process.argv.slice(2);
if (words[0] === 'version') process.exit();
const [, , , file, , , ...call] = words;
appendFileSync(${at('calls')}, call.join(' ') + '\\n');
const trouble = existsSync(${at('trouble')}) ? readFileSync(${at('trouble')}, 'utf8') : '';
const fail = text => { console.error(text); process.exit(1); };
if (trouble === 'noEngine') fail('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
const pids = existsSync(${at('pids')}) ? JSON.parse(readFileSync(${at('pids')}, 'utf8')) : [];
if (call[0] === 'ps') { for (const pid of pids) console.log(pid); }
else if (call[0] === 'down') {
  for (const pid of pids) try { process.kill(pid, 'SIGKILL'); } catch {}
  rmSync(${at('pids')}, { force: true });
} else if (trouble === 'portTaken') fail('Error response from daemon: Bind for 127.0.0.1:7000 failed: port is already allocated');
else if (trouble === 'noImage') fail('one\\ntwo\\nthree\\nfour\\nfive\\nError response from daemon: manifest for redis:8 not found');
else if (trouble === 'hangs') setInterval(() => {}, 1000);
else {
  const [, first, last] = /'?127\\.0\\.0\\.1:(\\d+)-(\\d+):/.exec(readFileSync(file, 'utf8'));
  const ports = Array.from({ length: last - first + 1 }, (_, index) => Number(first) + index);
  const started = ports.map(port => {
    const directory = ${at('')} + '/' + port;
    mkdirSync(directory, { recursive: true });
    const args = ['--port', port, '--bind', '127.0.0.1', '--cluster-enabled', 'yes', '--cluster-node-timeout', '2000',
      '--dir', directory, '--save', '', '--repl-diskless-sync-delay', '0'];
    const child = spawn(${JSON.stringify(path)}, args.map(String), { detached: true, stdio: 'ignore' });
    child.unref();
    return child.pid;
  });
  writeFileSync(${at('pids')}, JSON.stringify(started));
  const answers = port => new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(); });
    socket.on('error', () => setTimeout(() => answers(port).then(resolve), 20));
  });
  Promise.all(ports.map(answers)).then(() => process.exit());
}
`;
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
  await writeFile(join(folder, 'docker'), program);
  await chmod(join(folder, 'docker'), 0o755);
  return {
    folder,
    end: async () => {
      await promisify(execFile)(join(folder, 'docker'), ['compose', '--ansi', 'never', '-f', '', '-p', '', 'down']);
    },
    calls: async () => (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
    setTrouble: trouble => writeFile(join(folder, 'trouble'), trouble ?? ''),
  };
}
