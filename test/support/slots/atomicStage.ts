import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { CommandWords } from '../../../src/core/connection/types';
import type { Member, Transfer, TransferContext } from '../../../src/core/migration/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { Topology } from '../../../src/core/topology/types';
import { startMembers } from '../members';
import { eventually, sendCommand, type RawReply, type TestServers } from '../testCluster';
import { fillCluster } from './fill';
import { unhindered } from './unhindered';

/** Three masters with a replica each, filled with keys, and a way to slow their snapshots down. */
export class AtomicStage {
  readonly keys = 20_000;
  readonly connections: ClusterConnections;

  static async start(): Promise<AtomicStage> {
    const servers = await startMembers({ spares: 0, nodeTimeoutMilliseconds: 1000 });
    const stage = new AtomicStage(servers);
    await fillCluster(servers.ports, stage.keys);
    return stage;
  }

  private constructor(readonly servers: TestServers) {
    this.connections = new ClusterConnections({ nodes: servers.nodes });
  }

  async close(): Promise<void> {
    this.connections.close();
    await this.servers.close();
  }

  /** Slots on their way from the master that owns them to the one that owns `towards`. */
  async transfer(slots: string, towards: number): Promise<Transfer> {
    const set = SlotSet.parse(slots);
    const topology = await this.settled();
    return { source: ownerOf(set.first!, topology), target: ownerOf(towards, topology), slots: set };
  }

  async settled(): Promise<Topology> {
    let topology: Topology | undefined;
    await eventually(
      async () => {
        topology = await this.connections.observe();
        return (
          topology.clusterState === 'ok' &&
          topology.disagreements.length === 0 &&
          topology.nodes.every(
            node => node.status === 'ok' && (node.role === 'master' || node.info?.masterLink === 'up'),
          )
        );
      },
      { what: 'all nodes agree' },
    );
    return topology!;
  }

  /** What an engine is told; what it says is kept. */
  async context(signal = new AbortController().signal): Promise<{ context: TransferContext; said: Said }> {
    const { nodes } = await this.connections.observe();
    const said: Said = { reports: [], notes: [], moved: SlotSet.empty, keys: 0 };
    const context = unhindered({
      nodes: this.connections,
      masters: nodes.filter(({ role }) => role === 'master'),
      signal,
      moved: (slots, keys) => {
        said.moved = said.moved.union(slots);
        said.keys += keys;
      },
      report: message => void said.reports.push(message),
      note: text => void said.notes.push(text),
    });
    return { context, said };
  }

  /** Lets the snapshot of a node take so many milliseconds for each key that leaves, as long as `work` lasts. */
  async slowly<T>({ address }: Member, millisecondsPerKey: number, work: () => Promise<T>): Promise<T> {
    const set = (microseconds: number) => this.command(address, 'CONFIG', 'SET', 'rdb-key-save-delay', microseconds);
    await set(millisecondsPerKey * 1000);
    try {
      return await work();
    } finally {
      await set(0).catch(() => undefined);
    }
  }

  command(address: string, ...words: (string | number)[]): Promise<RawReply> {
    return sendCommand(portOf(address), words);
  }

  /** Both ends say that this one owns them all, and none is open. */
  async assertOwner(owner: Member, slots: SlotSet): Promise<void> {
    const { nodes } = await this.settled();
    const node = nodes.find(({ id }) => id === owner.id);
    assert.equal(slots.difference(node?.slots ?? SlotSet.empty).toString(), '', `all at ${owner.address}`);
    for (const { openSlots, address } of nodes) assert.deepEqual(openSlots, [], `nothing open at ${address}`);
  }

  /** A node holds no key of these slots. */
  async assertClean({ address }: Member, slots: SlotSet): Promise<void> {
    await eventually(
      async () => {
        const words = [...slots].map((slot): CommandWords => ['CLUSTER', 'COUNTKEYSINSLOT', slot]);
        return (await this.connections.node(address).pipeline(words)).every(keys => keys === 0);
      },
      { what: `${address} holds no key of ${slots.toString()}` },
    );
  }

  /** Resolves when a node says of itself that slots are on their way. */
  async moving({ address }: Member, isMoving: (reply: string) => boolean, words: CommandWords): Promise<void> {
    await eventually(async () => isMoving(JSON.stringify(await this.connections.node(address).command(words))), {
      what: `${address} moves slots`,
    });
  }
}

export interface Said {
  reports: string[];
  notes: string[];
  moved: SlotSet;
  keys: number;
}

export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function ownerOf(slot: number, { nodes }: Topology): Member {
  const owner = nodes.find(({ slots }) => slots.has(slot));
  assert(owner, `somebody owns slot ${slot}`);
  return { id: owner.id, address: owner.address };
}
