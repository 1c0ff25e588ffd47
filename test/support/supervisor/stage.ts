import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal, type Journal } from '../../../src/core/operation/journal';
import { Monitor } from '../../../src/core/monitor/monitor';
import type { PlanStep } from '../../../src/core/plan/types';
import { planCreate } from '../../../src/core/plan/planCreate';
import { Supervisor } from '../../../src/core/supervisor/supervisor';
import type { SupervisedClient, SupervisorOptions, SupervisorState } from '../../../src/core/supervisor/types';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { eventually, startTestServers, type TestServers } from '../testCluster';

/** The cluster of the story on real servers: three masters and three replicas on three hosts, and spares. */
export interface StoryStage {
  readonly servers: TestServers;
  /** Of the test; each supervisor has its own. */
  readonly client: ClusterClient;
  readonly journal: Journal;
  /** A supervisor with a client and a monitor of its own, started; ended with the stage. */
  supervise(options?: SupervisionOptions): Promise<Supervised>;
  /** The shard with slot 0, as all say now. */
  firstShard(): Promise<{ topology: Topology; master: ClusterNode; replica: ClusterNode | undefined }>;
  /** Resolves when all nodes answer, agree and have their links. */
  settle(): Promise<void>;
  /** Ends all supervisors. */
  endSupervision(): Promise<void>;
  close(): Promise<void>;
}

export interface SupervisionOptions extends SupervisorOptions {
  addressMap?: Record<string, string>;
  /** Called, before it is begun, with each step of each operation. */
  onStep?: (step: PlanStep) => void;
}

export interface Supervised {
  readonly supervisor: Supervisor;
  readonly client: ClusterClient;
  /** Resolves when the supervisor is in such a state; the kinds of all states it was in since the last call. */
  until(matches: (state: SupervisorState) => boolean, what: string, timeoutMilliseconds?: number): Promise<string[]>;
  close(): Promise<void>;
}

export interface StageOptions {
  nodeTimeoutMilliseconds?: number;
  spares?: number;
  /** Default: all on a fourth host. */
  spareHosts?: string[];
  password?: string;
}

export async function openStoryStage(options: StageOptions = {}): Promise<StoryStage> {
  const { nodeTimeoutMilliseconds = 1000, spares = 2, password } = options;
  const { spareHosts = Array<string>(spares).fill('host-4') } = options;
  const hosts = ['host-1', 'host-2', 'host-3', 'host-1', 'host-2', 'host-3', ...spareHosts];
  const settings = { 'repl-diskless-sync-delay': '0' };
  const servers = await startTestServers({
    count: 6 + spares,
    nodeTimeoutMilliseconds,
    settings,
    hosts,
    persistence: true,
    ...(password !== undefined && { password }),
  });
  const open: { close(): Promise<void> }[] = [];
  try {
    const given = { nodes: servers.nodes, hosts: servers.servers.hosts, ...(password !== undefined && { password }) };
    const creator = connect({ ...given, nodes: servers.nodes.slice(0, 6) });
    await creator.run(planCreate(await creator.observe(), { replicasPerMaster: 1 })).finished;
    await creator.close();
    const client = connect(given);
    const journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
    const stage: StoryStage = {
      servers,
      client,
      journal,
      async supervise({ addressMap, onStep, ...options } = {}) {
        const supervised = superviseWith(
          connect({ ...given, ...(addressMap && { addressMap }) }),
          {
            mode: 'act',
            journal,
            ...options,
          },
          onStep,
        );
        open.push(supervised);
        await supervised.supervisor.start();
        return supervised;
      },
      async firstShard() {
        const topology = await client.observe();
        const shard = topology.shards.find(({ slots }) => slots.has(0));
        const [master, replica] = [shard?.masterId, shard?.replicaIds[0]].map(id =>
          topology.nodes.find(node => node.id === id),
        );
        assert(master, 'slot 0 has a master');
        return { topology, master, replica };
      },
      settle: () =>
        eventually(
          async () => {
            const { nodes, disagreements, clusterState, answered } = await client.observe();
            return (
              answered === servers.ports.length &&
              clusterState === 'ok' &&
              disagreements.length === 0 &&
              nodes.every(({ status }) => status === 'ok' || status === 'spare') &&
              nodes.every(({ role, info }) => role === 'master' || info?.masterLink === 'up')
            );
          },
          { what: 'all nodes agree and all links are up' },
        ),
      async endSupervision() {
        for (const supervised of open.splice(0)) await supervised.close();
      },
      async close() {
        await stage.endSupervision();
        await client.close();
        await servers.close();
      },
    };
    return stage;
  } catch (error) {
    await servers.close();
    throw error;
  }
}

function superviseWith(
  client: ClusterClient,
  options: SupervisorOptions,
  onStep: SupervisionOptions['onStep'],
): Supervised {
  let last: PlanStep | undefined;
  const watched: SupervisedClient = {
    node: address => client.node(address),
    measureFailover: measured => client.measureFailover(measured),
    run: (plan, runOptions) =>
      client.run(plan, {
        ...runOptions,
        onProgress(progress) {
          if (progress.step && progress.step !== last) onStep?.(progress.step);
          last = progress.step;
          runOptions?.onProgress?.(progress);
        },
      }),
  };
  const monitor = new Monitor(client, { intervalMilliseconds: 1000, busyIntervalMilliseconds: 200 });
  const supervisor = new Supervisor(watched, monitor, options);
  let seen: SupervisorState[] = [supervisor.state];
  supervisor.onChange(() => {
    if (seen.at(-1)?.kind !== supervisor.state.kind) seen.push(supervisor.state);
  });
  monitor.start();
  return {
    supervisor,
    client,
    async until(matches, what, timeoutMilliseconds = 60_000) {
      try {
        await eventually(() => seen.some(matches) || matches(supervisor.state), { timeoutMilliseconds, what });
      } catch (error) {
        const story = supervisor.events.map(({ kind, text }) => `${kind}: ${text}`).join('\n');
        throw new Error(`${(error as Error).message}\n${story}\n${JSON.stringify(supervisor.guards, null, 1)}`, {
          cause: error,
        });
      }
      const at = seen.findIndex(matches);
      const passed = seen.slice(0, at + 1);
      seen = seen.slice(at);
      return passed.map(({ kind }) => kind);
    },
    async close() {
      await supervisor.dispose();
      monitor.dispose();
      await client.close();
    },
  };
}
