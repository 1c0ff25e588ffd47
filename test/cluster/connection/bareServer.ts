import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServerBinary } from '../../../src/core/local/findServerBinary';
import { findTestPorts } from '../../support/freePorts';
import { eventually } from '../../support/testCluster';

export interface BareServer {
  address: string;
  port: number;
  /** SIGKILL, then starts it again with these directives; resolves when it accepts connections. */
  restart(directives: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** A server as the product would never start one: not in cluster mode, still loading, a Sentinel. */
export async function startBareServer(
  directives: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
  givenPort?: number,
): Promise<BareServer> {
  const { path } = await findServerBinary(process.env.RCM_TEST_SERVER);
  const [port] = givenPort === undefined ? await findTestPorts(1) : [givenPort];
  const directory = await mkdtemp(join(tmpdir(), 'rcm-bare-'));
  const launch = async (more: Readonly<Record<string, string>>) => {
    const all = { port: String(port), bind: '127.0.0.1', dir: directory, save: '', ...directives, ...more };
    // A Sentinel wants a file it may write; the others read nothing.
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const server = spawn(path, [...flags, ...args], { stdio: 'ignore', cwd: directory });
    await eventually(() => accepts(port), { what: `a server accepts connections on port ${port}` });
    return server;
  };
  let server = await launch({});
  const kill = async () => {
    const exit = once(server, 'exit');
    server.kill('SIGKILL');
    await exit;
  };
  return {
    address: `127.0.0.1:${port}`,
    port,
    restart: async more => {
      await kill();
      server = await launch(more);
    },
    close: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
