import { setTimeout as wait } from 'node:timers/promises';
import { createWithRedisCli, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { showPage } from './acts';
import { startHost } from './host';
import { editor } from './standIn/editor';

export interface NodeCostOptions {
  nodes: number;
  /** Of each stretch; with us and without us by turns. */
  seconds: number;
  turns: number;
  say: (text: string) => void;
}

/** What a real node spends on being watched, in percent of one core: with us less without us. */
export interface NodeCost {
  nodes: number;
  /** Of each node, per stretch. */
  without: readonly number[][];
  watched: readonly number[][];
  commandsPerSecondPerNode: number;
}

/** The extension looks every 2 s, its tree and a page in sight. */
export async function measureNodeCost({ nodes, seconds, turns, say }: NodeCostOptions): Promise<NodeCost> {
  const servers = await startTestServers({ count: nodes, nodeTimeoutMilliseconds: 15_000 });
  try {
    await createWithRedisCli(servers, 1);
    const host = startHost();
    const definition = { id: 'real', name: 'real', nodes: servers.nodes.slice(0, 3) };
    const [without, watched]: [number[][], number[][]] = [[], []];
    let commands = 0;
    for (let turn = 0; turn < turns; turn++) {
      editor.set('clusters', []);
      await wait(3000);
      const alone = await stretch(servers, seconds);
      without.push(alone.percent);
      editor.set('clusters', [definition]);
      await showPage(definition.id);
      await wait(6000);
      const spent = await stretch(servers, seconds);
      watched.push(spent.percent);
      // Replicas and masters send each other some, too.
      commands += (spent.commands - alone.commands) / seconds / nodes / turns;
      say(`without us ${text(alone.percent)}, watched ${text(spent.percent)} % of a core`);
    }
    host.deactivate();
    return { nodes, without, watched, commandsPerSecondPerNode: commands };
  } finally {
    await servers.close();
  }
}

async function stretch({ ports }: TestServers, seconds: number): Promise<{ percent: number[]; commands: number }> {
  const read = (): Promise<{ cpu: number; commands: number; at: number }[]> => Promise.all(ports.map(readNode));
  const before = await read();
  await wait(seconds * 1000);
  const after = await read();
  const percent = after.map(({ cpu, at }, index) => ((cpu - before[index]!.cpu) / (at - before[index]!.at)) * 100);
  const commands = after.reduce((sum, node, index) => sum + node.commands - before[index]!.commands, 0);
  return { percent, commands };
}

async function readNode(port: number): Promise<{ cpu: number; commands: number; at: number }> {
  const info = String(await sendCommand(port, ['INFO', 'all']));
  const field = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return {
    cpu: field('used_cpu_sys') + field('used_cpu_user'),
    commands: field('total_commands_processed'),
    at: performance.now() / 1000,
  };
}

function text(percents: readonly number[]): string {
  const mean = percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
  return `${mean.toFixed(3)} (${Math.min(...percents).toFixed(3)}-${Math.max(...percents).toFixed(3)})`;
}
