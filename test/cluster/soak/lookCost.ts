import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openNodeConnection } from '../../../src/core/connection/nodeConnection';
import type { NodeConnection } from '../../../src/core/connection/types';
import { findServerBinary } from '../../../src/core/local/findServerBinary';
import { makeNodes, type FakeNode } from '../../support/fakeCluster/model';
import { findTestPorts } from '../../support/freePorts';

/** What the commands of a look cost a real server that knows so many nodes, milliseconds of its CPU. */
export interface LookCost {
  nodes: number;
  /** CLUSTER NODES, CLUSTER INFO and INFO. */
  wholeMilliseconds: number;
  /** INFO alone, which most nodes of a large cluster are asked. */
  figuresMilliseconds: number;
}

const LOOKS = 300;
const WHOLE = [['CLUSTER', 'NODES'], ['CLUSTER', 'INFO'], ['INFO']] as const;

/** The others are known from its file alone and have no address: it looks for none of them. */
export async function measureLookCost(nodes: number): Promise<LookCost> {
  const { path } = await findServerBinary(process.env.RCM_TEST_SERVER);
  const directory = mkdtempSync(join(process.env.RCM_TEST_DIRECTORY ?? tmpdir(), 'rcm-soak-'));
  const [port] = await findTestPorts(1);
  writeFileSync(join(directory, 'nodes.conf'), clusterFile(nodes, port));
  const settings = { port, bind: '127.0.0.1', dir: directory, save: '', logfile: 'log', 'cluster-enabled': 'yes' };
  const server = spawn(
    path,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
  );
  const exited = once(server, 'exit');
  try {
    await wait(2000);
    const connection = openNodeConnection(`127.0.0.1:${port}`, { commandTimeoutMilliseconds: 10_000 });
    const idle = await cpuPerSecond(connection, () => wait(10_000));
    const looks = async (commands: typeof WHOLE | readonly [(typeof WHOLE)[2]]): Promise<number> => {
      const [seconds, cpu] = await cpuOf(connection, async () => {
        for (let look = 0; look < LOOKS; look++) await connection.pipeline(commands);
      });
      return ((cpu - idle * seconds) / LOOKS) * 1000;
    };
    const result = { nodes, wholeMilliseconds: await looks(WHOLE), figuresMilliseconds: await looks([WHOLE[2]]) };
    connection.close();
    return result;
  } finally {
    server.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function cpuPerSecond(connection: NodeConnection, work: () => Promise<void>): Promise<number> {
  const [seconds, cpu] = await cpuOf(connection, work);
  return cpu / seconds;
}

/** How long it took, and the CPU time of the server meanwhile. */
async function cpuOf(connection: NodeConnection, work: () => Promise<void>): Promise<[seconds: number, cpu: number]> {
  const read = async (): Promise<number> => {
    const info = String(await connection.command(['INFO', 'cpu']));
    return [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].reduce(
      (sum, [, seconds]) => sum + Number(seconds),
      0,
    );
  };
  const [before, start] = [await read(), performance.now()];
  await work();
  return [(performance.now() - start) / 1000, (await read()) - before];
}

/** As a server writes it: itself, and others whose address it has lost. */
function clusterFile(count: number, port: number): string {
  const nodes = makeNodes({ nodes: count }, (host, index) => ({ host: `10.0.${host}.${index + 1}`, port: 7000 }));
  const line = (node: FakeNode, index: number): string => {
    const role = node.role === 'master' ? 'master' : 'slave';
    const [address, flags, link] =
      index === 0
        ? [`127.0.0.1:${port}@${port + 10_000}`, `myself,${role}`, 'connected']
        : [`${node.host}:7000@17000`, `${role},noaddr`, 'disconnected'];
    const slots = node.slots.isEmpty ? '' : ` ${node.slots.toString().replaceAll(',', ' ')}`;
    return `${node.id} ${address} ${flags} ${node.masterId ?? '-'} 0 0 ${node.epoch} ${link}${slots}`;
  };
  return `${nodes.map(line).join('\n')}\nvars currentEpoch ${count} lastVoteEpoch 0\n`;
}
