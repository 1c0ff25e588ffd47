import fc from 'fast-check';
import type { PlannedNode } from '../../../src/core/plan/types';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import { looksAt, modelCluster, nodeId, type ModelNode } from '../../unit/topology/modelCluster';

/** A cluster by the hosts of its nodes: per shard the host of the master, then those of its replicas. */
export type Places = readonly (readonly number[])[];

export interface Limits {
  shards: number;
  replicas: number;
  hosts: number;
}

/** Clusters of shards with a random number of replicas each, every node on a random host. */
export function arbitraryPlaces({ shards, replicas, hosts }: Limits): fc.Arbitrary<Places> {
  return fc.integer({ min: 1, max: hosts }).chain(used =>
    fc.array(fc.array(fc.integer({ min: 0, max: used - 1 }), { minLength: 1, maxLength: 1 + replicas }), {
      minLength: 3,
      maxLength: shards,
    }),
  );
}

/** Nodes that are not well, and the topology that shows them so. */
export interface Troubles {
  /** Indexes into the list of nodes: masters first, then replicas shard by shard. */
  silent?: readonly number[];
  suspect?: readonly number[];
}

export function topologyOf(places: Places, { silent = [], suspect = [] }: Troubles = {}): Topology {
  const nodes = modelNodes(places);
  const seen = nodes.map((node, index): ModelNode => (suspect.includes(index) ? { ...node, flags: ['fail?'] } : node));
  const hosts = Object.fromEntries(nodes.map(({ host, port, place }) => [`${host}:${port}`, `host-${place}`]));
  const viewer = nodes[0]!.id;
  return mergeLooks(
    looksAt(nodes, {
      silent: silent.map(index => nodes[index]!.id),
      ...(suspect.length > 0 ? { viewpoints: { [viewer]: { nodes: seen } } } : {}),
    }),
    { hosts, nowMilliseconds: 1_000_000 },
  );
}

function modelNodes(places: Places): (ModelNode & { place: number })[] {
  const masters = modelCluster(places.length);
  let number = places.length;
  return [
    ...masters.map((node, shard) => ({ ...node, place: places[shard]![0]! })),
    ...places.flatMap((hosts, shard) =>
      hosts.slice(1).map((place): ModelNode & { place: number } => {
        number++;
        return {
          id: nodeId(number),
          host: `10.1.${number >> 8}.${number & 255}`,
          port: 7001 + number,
          role: 'slave',
          masterId: nodeId(shard + 1),
          slots: '',
          epoch: shard + 1,
          flags: [],
          place,
        };
      }),
    ),
  ];
}

/** What every node says once a plan has been carried out. */
export function topologyAfter(nodes: readonly PlannedNode[], epoch = 100): Topology {
  const byAddress = new Map(nodes.map(node => [node.address, node]));
  const ordered = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
  let next = epoch;
  const epochs = new Map(ordered.filter(({ role }) => role === 'master').map(({ id }) => [id, next++]));
  const model = ordered.map(({ id, address, role, master, slots }): ModelNode => {
    const [host, port] = address.split(':') as [string, string];
    const masterId = master === undefined ? undefined : byAddress.get(master)!.id;
    return {
      id,
      host,
      port: Number(port),
      role: role === 'replica' ? 'slave' : 'master',
      ...(masterId === undefined ? {} : { masterId }),
      slots: slots.replaceAll(',', ' '),
      epoch: epochs.get(masterId ?? id) ?? 1,
      flags: [],
    };
  });
  const hosts = Object.fromEntries(nodes.map(({ address, hostLabel }) => [address, hostLabel]));
  return mergeLooks(looksAt(model), { hosts, nowMilliseconds: 2_000_000 });
}
