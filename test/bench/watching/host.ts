import '../../support/vscodeWords';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { FigureTrends } from '../../../src/core/monitor/figureTrends';
import { Picture } from '../../../src/core/monitor/picture';
import { Timeline } from '../../../src/core/monitor/timeline/timeline';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import { buildSnapshot } from '../../../src/extension/topology/snapshot';
import { SnapshotSender } from '../../../src/extension/topology/snapshotSender';
import { buildTreeRows } from '../../../src/extension/tree/buildTreeRows';
import { diffRows } from '../../../src/extension/tree/diffRows';
import type { TreeRow } from '../../../src/extension/tree/elements';
import { startFakeProcess, type FakeProcess } from '../../support/fakeCluster/ownProcess';

export const pollParts = ['look', 'health and diff', 'timeline', 'tree', 'page'] as const;

export interface PollCost {
  /** CPU of all threads of this process. */
  milliseconds: number;
  /** The same by `pollParts`. */
  parts: readonly number[];
  commands: number;
  /** Of the message to the page. */
  characters: number;
}

/** What the extension host does for a cluster that it watches, outside of VS Code. */
export interface WatchingHost {
  readonly cluster: FakeProcess;
  /** Look, merge, health, diff, timeline, tree rows, page data and the text that goes to the page. */
  poll(): Promise<PollCost>;
  close(): void;
}

/** Watches a fake cluster of so many nodes in a process of its own. */
export async function openWatchingHost(nodes: number): Promise<WatchingHost> {
  const cluster = await startFakeProcess(nodes);
  const connections = new ClusterConnections({
    nodes: cluster.seeds,
    hosts: cluster.hosts,
    connectTimeoutMilliseconds: 30_000,
    commandTimeoutMilliseconds: 30_000,
  });
  const picture = new Picture(500);
  const timeline = new Timeline();
  const figures = new FigureTrends();
  let version = 0;
  let characters = 0;
  // The editor hands messages on as JSON.
  const sender = new SnapshotSender(message => {
    characters = JSON.stringify(message).length;
    return Promise.resolve(true);
  });
  let rows: readonly TreeRow[] = [];
  return {
    cluster,
    async poll() {
      const before = await cluster.order('pass', 0);
      const marks = [cpuMilliseconds()];
      const mark = (): unknown => marks.push(cpuMilliseconds());
      const topology = await connections.observe({ backOff: true });
      mark();
      const change = picture.accept(topology, false, false);
      mark();
      timeline.accept(change, undefined);
      figures.accept(topology);
      mark();
      const state = { definition, topology, health: change.health, timeline, figures } as unknown as ClusterState;
      const next = buildTreeRows([state], 'shard');
      openAll(next);
      diffRows(rows, next);
      rows = next;
      mark();
      sender.send(buildSnapshot(state, ++version));
      mark();
      const parts = marks.slice(1).map((time, index) => time - marks[index]!);
      const commands = (await cluster.order('pass', 0)) - before;
      return { milliseconds: marks.at(-1)! - marks[0]!, parts, commands, characters };
    },
    close() {
      connections.close();
      cluster.end();
    },
  };
}

const definition = { id: 'bench', name: 'bench', nodes: [] };

/** As a tree does in which every row is open. */
function openAll(rows: readonly TreeRow[]): void {
  for (const row of rows) openAll(row.children ?? []);
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
