import { createHash } from 'node:crypto';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { ClusterNode, ServerInfo, Topology } from '../../../src/core/topology/types';

/** A topology of empty servers in no cluster, each as `host:port` with the label of its host behind a blank, if it has one. */
export function emptyNodes(...names: string[]): Topology {
  return topologyOf(names.map(name => emptyNode(name)));
}

export function topologyOf(nodes: readonly ClusterNode[]): Topology {
  return {
    nodes,
    shards: [],
    disagreements: [],
    ghosts: [],
    forgotten: [],
    coveredSlots: SlotSet.empty,
    clusterState: 'none',
    stateId: 'state-of-the-test',
    observedAtMilliseconds: 0,
    asked: nodes.length,
    answered: nodes.length,
  };
}

export function emptyNode(name: string, differing: Partial<ClusterNode> = {}): ClusterNode {
  const [address, hostLabel] = name.split(' ') as [string, string?];
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon);
  const port = Number(address.slice(colon + 1));
  const id = idOf(address);
  return {
    id,
    host,
    port,
    busPort: port + 10000,
    address,
    hostLabel: hostLabel ?? host,
    role: 'master',
    slots: SlotSet.empty,
    openSlots: [],
    configEpoch: 0,
    status: 'spare',
    inCluster: false,
    seenBy: [id],
    suspectedBy: [],
    failedBy: [],
    reachable: true,
    clusterState: 'fail',
    knownNodes: 1,
    info: emptyInfo(),
    roundTripMilliseconds: 1,
    ...differing,
  };
}

export function emptyInfo(differing: Partial<ServerInfo> = {}): ServerInfo {
  return {
    flavour: 'redis',
    version: '7.0.15',
    clusterEnabled: true,
    processId: 1,
    uptimeSeconds: 1,
    loading: false,
    role: 'master',
    replicationOffset: 0,
    replicas: [],
    usedMemoryBytes: 1_000_000,
    maxMemoryBytes: 0,
    operationsPerSecond: 0,
    inputBytesPerSecond: 0,
    outputBytesPerSecond: 0,
    clients: 1,
    evictedKeys: 0,
    keysByDatabase: {},
    keys: 0,
    ...differing,
  };
}

/** `10.0.0.1:7000 h1` ...: so many nodes on each host, ports counting on from host to host. */
export function nodesOnHosts(...counts: number[]): string[] {
  return counts
    .flatMap((count, index) => new Array<string>(count).fill(`host${index + 1}`))
    .map((label, index) => `127.0.0.1:${7000 + index} ${label}`);
}

export function idOf(address: string): string {
  return createHash('sha1').update(address).digest('hex');
}
