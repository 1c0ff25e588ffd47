import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { ConnectOptions } from '../../../src/core/connection/types';
import { moveClassically } from '../../../src/core/migration/classic/moveClassically';
import type { Member, TransferContext } from '../../../src/core/migration/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { startMembers, type MembersOptions } from '../members';
import { checkCluster, eventually, sendCommand, type RawReply, type TestServers } from '../testCluster';
import { unhindered } from './unhindered';

/** What an engine said while it moved slots. */
export interface Told {
  notes: string[];
  reports: string[];
  moved: SlotSet;
  keys: number;
}

/** A cluster without replicas, unless said otherwise, and moves of slots between its masters. */
export class ClassicStage {
  readonly connections: ClusterConnections;

  static async start(options: Partial<MembersOptions> = {}): Promise<ClassicStage> {
    return new ClassicStage(await startMembers({ count: 3, replicas: 0, spares: 0, ...options }));
  }

  constructor(
    readonly servers: TestServers,
    options: Partial<ConnectOptions> = {},
  ) {
    const { nodes, password } = servers;
    this.connections = new ClusterConnections({ nodes, ...(password !== undefined && { password }), ...options });
  }

  async close(): Promise<void> {
    this.connections.close();
    await this.servers.close();
  }

  /** The masters by their slots, once all nodes agree and nothing is open. */
  async masters(): Promise<[ClusterNode, ClusterNode, ...ClusterNode[]]> {
    let topology: Topology | undefined;
    await eventually(
      async () => {
        topology = await this.connections.observe();
        return topology.clusterState === 'ok' && topology.disagreements.length === 0;
      },
      { what: 'all nodes agree' },
    );
    return topology!.nodes
      .filter(({ role, slots }) => role === 'master' && !slots.isEmpty)
      .sort((a, b) => a.slots.first! - b.slots.first!) as [ClusterNode, ClusterNode, ...ClusterNode[]];
  }

  /** Moves slots from one master to another. */
  async move(source: Member, target: Member, slots: string, context: Partial<TransferContext> = {}): Promise<Told> {
    const told: Told = { notes: [], reports: [], moved: SlotSet.empty, keys: 0 };
    const { nodes } = await this.connections.observe();
    await moveClassically(
      { source, target, slots: SlotSet.parse(slots) },
      unhindered({
        nodes: this.connections,
        masters: nodes.filter(({ role, reachable }) => role === 'master' && reachable),
        moved: (set, keys) => {
          told.moved = told.moved.union(set);
          told.keys += keys;
        },
        report: message => void told.reports.push(message),
        note: text => void told.notes.push(text),
        ...context,
      }),
    );
    return told;
  }

  send(node: { port: number }, ...words: (string | number)[]): Promise<RawReply> {
    return sendCommand(node.port, words, this.servers.password);
  }

  /** A command to a slot that is open at its target. */
  async asking(node: { port: number }, ...words: [string, ...(string | number)[]]): Promise<void> {
    const replies = await this.connections.node(`127.0.0.1:${node.port}`).pipeline([['ASKING'], words]);
    for (const reply of replies) if (reply instanceof Error) throw reply;
  }

  setSlot(node: { port: number }, slot: number, ...words: string[]): Promise<RawReply> {
    return this.send(node, 'CLUSTER', 'SETSLOT', slot, ...words);
  }

  async countKeys(node: { port: number }, slot: number): Promise<number> {
    return Number(await this.send(node, 'CLUSTER', 'COUNTKEYSINSLOT', slot));
  }

  /** The oracle is content, this master owns these slots by all views, and nothing is open. */
  async assertOwner(owner: Member, slots: string): Promise<void> {
    await this.masters();
    const { nodes } = await this.connections.observe();
    const left = SlotSet.parse(slots).difference(nodes.find(({ id }) => id === owner.id)!.slots);
    assert.equal(left.toString(), '', `${owner.address} owns them all`);
    for (const { openSlots, address } of nodes) assert.deepEqual(openSlots, [], `nothing is open at ${address}`);
    await checkCluster(this.servers);
  }
}
