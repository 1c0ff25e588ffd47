import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findServerBinary } from '../../src/core/local/findServerBinary';
import { findTestPorts } from '../support/freePorts';
import { eventually, sendCommand } from '../support/testCluster';

interface Service {
  image: string;
  network_mode?: string;
  depends_on?: string[];
  restart: string;
  entrypoint: string[];
  environment?: Record<string, string>;
  ports?: string[];
  healthcheck?: { test: string[] };
}

describe('docker-compose.yml', () => {
  const ports = ['7000', '7001', '7002', '7003', '7004', '7005', '7006', '7007'];
  let net: Service;
  let servers: Record<string, Service>;

  before(async () => {
    const file = parse(await readFile('docker-compose.yml', 'utf8'), { merge: true }) as {
      services: Record<string, Service>;
    };
    const { net: holder, ...others } = file.services;
    assert(holder);
    net = holder;
    servers = others;
  });

  it('has eight servers, named by their ports', () => {
    assert.deepEqual(
      Object.keys(servers),
      ports.map(port => `server-${port}`),
    );
    assert.deepEqual(
      Object.values(servers).map(({ environment }) => environment?.PORT),
      ports,
    );
  });

  it('publishes their ports under the same numbers, to this machine only', () => {
    assert.deepEqual(net.ports, ['127.0.0.1:7000-7007:7000-7007']);
  });

  it('keeps the network in a container that no server’s death touches', () => {
    assert.deepEqual(net.entrypoint, ['sleep', 'infinity']);
    assert.equal(net.network_mode, undefined);
    for (const server of Object.values(servers)) {
      assert.equal(server.network_mode, 'service:net');
      assert.deepEqual(server.depends_on, ['net']);
      assert.equal(server.ports, undefined);
      assert.equal(server.restart, 'no', 'a killed server must stay dead');
    }
  });

  it('runs everything from one image that the environment can choose', () => {
    for (const { image } of [net, ...Object.values(servers)]) assert.equal(image, '${REDIS_IMAGE:-redis:8}');
  });

  it('is told of in README.md by the names and ports it has', async () => {
    const readme = await readFile('README.md', 'utf8');
    const part = /\n## With Docker\n([^]*?)\n## /.exec(readme)?.[1] ?? '';
    assert.match(part, /docker compose up -d --wait/);
    assert.match(part, /docker compose kill server-\d/);
    const named = [...part.matchAll(/\b(server-\d+)\b/g)].map(([name]) => name);
    assert.deepEqual(
      named.filter(name => !(name in servers)),
      [],
    );
    const addresses = [...part.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port!);
    assert.deepEqual([addresses[0], addresses.at(-1)], [ports[0], ports.at(-1)]);
  });

  if (composeIsThere())
    it('is what docker compose takes', () => {
      const { status, stderr } = spawnSync('docker', ['compose', '-f', 'docker-compose.yml', 'config', '--quiet'], {
        encoding: 'utf8',
        timeout: 60_000,
      });
      assert.equal(status, 0, stderr);
    });

  it('starts a server with the settings of the local ones, and its health check finds it well', async () => {
    const server = servers['server-7003'];
    assert(server?.healthcheck);
    const directory = await mkdtemp(join(tmpdir(), 'rcm-compose-'));
    const [port] = await findTestPorts(1);
    const binary = await findServerBinary(process.env.RCM_TEST_SERVER);
    assert(binary.cliPath);
    await writeScript(join(directory, 'docker-entrypoint.sh'), `exec ${binary.path} "$@" --bind 127.0.0.1`);
    await writeScript(join(directory, `${binary.flavour}-cli`), `exec ${binary.cliPath} "$@"`);
    const env = { PORT: String(port), PATH: `${directory}:/usr/bin:/bin` };
    const [command = '', ...args] = server.entrypoint.map(asCompose);
    const child = spawn(command, args, { cwd: directory, env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    try {
      await eventually(async () => (await sendCommand(port, ['PING'])) === 'PONG', { what: 'the server answers' });
      for (const [name, value] of [
        ['cluster-enabled', 'yes'],
        ['cluster-announce-ip', '127.0.0.1'],
        ['cluster-node-timeout', '2000'],
        ['protected-mode', 'no'],
        ['repl-diskless-sync-delay', '0'],
        ['appendonly', 'yes'],
        ['save', ''],
      ] as const) {
        assert.deepEqual(await sendCommand(port, ['CONFIG', 'GET', name]), [name, value]);
      }
      const [kind, check = ''] = server.healthcheck.test;
      assert.equal(kind, 'CMD-SHELL');
      assert.equal(await exitCodeOf(asCompose(check), env), 0);
      const [nobody] = await findTestPorts(1);
      assert.equal(await exitCodeOf(asCompose(check), { ...env, PORT: String(nobody) }), 1);
    } finally {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true });
    }
  });
});

function composeIsThere(): boolean {
  return spawnSync('docker', ['compose', 'version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/** Compose reads `$$` as `$`. */
function asCompose(text: string): string {
  return text.replaceAll('$$', '$');
}

async function writeScript(path: string, text: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
}

async function exitCodeOf(script: string, env: Record<string, string>): Promise<unknown> {
  const [exitCode] = (await once(spawn('/bin/sh', ['-c', script], { env, stdio: 'ignore' }), 'exit')) as [unknown];
  return exitCode;
}
