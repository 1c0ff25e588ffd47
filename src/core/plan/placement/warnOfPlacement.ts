import { count, joinSome } from '../phrases';
import type { PlanWarning } from '../types';
import type { Placement } from './placeNodes';

interface Placed {
  address: string;
  hostLabel: string;
}

/** What a placement could not avoid, naming nodes and hosts. */
export function warnOfPlacement({ shards, spares, score }: Placement<Placed>): PlanWarning[] {
  const nodes = shards.flatMap(({ master, replicas }) => [master, ...replicas]);
  const hosts = new Set(nodes.map(node => node.hostLabel));
  if (hosts.size === 1 && nodes.length > 1) {
    const text = `All ${nodes.length} nodes of the cluster are on host ${[...hosts].join()}: when it dies, the whole cluster is gone, replicas included (${joinSome(addresses(nodes))}). Only nodes on 3 or more hosts survive the loss of one.`;
    return [{ code: 'oneHost', text }];
  }

  const mastersByHost = new Map(
    [...hosts, ...spares.map(spare => spare.hostLabel)].map(host => [host, [] as Placed[]]),
  );
  for (const { master } of shards) mastersByHost.get(master.hostLabel)!.push(master);
  return [
    ...warnOfSameHost(shards),
    ...warnOfSharedHost(shards),
    // With fewer masters no host could be safe; the plan says that in a warning of its own.
    ...(shards.length < 3 ? [] : score.hostsHoldingMajority).map(host =>
      warnOfMajorityHost(host, mastersByHost.get(host)!, shards.length),
    ),
    ...warnOfUnevenMasters(mastersByHost, score.masterSpread),
  ];
}

type Shards = Placement<Placed>['shards'];

function warnOfSameHost(shards: Shards): PlanWarning[] {
  const pairs = shards.flatMap(({ master, replicas }) =>
    replicas
      .filter(replica => replica.hostLabel === master.hostLabel)
      .map(replica => `${replica.address} with ${master.address} on ${master.hostLabel}`),
  );
  if (pairs.length === 0) return [];
  const text = `${count(pairs.length, 'replica')} had to be placed on the host of ${pairs.length === 1 ? 'its' : 'their'} own master, so one host can take both: ${joinSome(pairs)}.`;
  return [{ code: 'replicaOnMastersHost', text }];
}

function warnOfSharedHost(shards: Shards): PlanWarning[] {
  const groups = shards.flatMap(({ master, replicas }) =>
    [...new Set(replicas.map(replica => replica.hostLabel))].flatMap(host => {
      const together = replicas.filter(replica => replica.hostLabel === host);
      return together.length < 2 ? [] : [`${joinSome(addresses(together))} of ${master.address} on ${host}`];
    }),
  );
  if (groups.length === 0) return [];
  const text = `There are too few hosts to keep all replicas of a master apart: ${joinSome(groups)}.`;
  return [{ code: 'replicasShareHost', text }];
}

function warnOfMajorityHost(host: string, masters: readonly Placed[], total: number): PlanWarning {
  const text = `Host ${host} holds ${masters.length} of ${count(total, 'master')} (${joinSome(addresses(masters))}): when it dies, the ${total - masters.length} left are no majority, so no replica takes over by itself.`;
  return { code: 'hostHoldsMajority', text };
}

function warnOfUnevenMasters(mastersByHost: ReadonlyMap<string, readonly Placed[]>, spread: number): PlanWarning[] {
  if (spread < 2) return [];
  const counts = [...mastersByHost].map(([host, masters]) => `${masters.length} on ${host}`);
  const text = `The hosts hold too different numbers of nodes to spread the masters evenly: ${joinSome(counts)}.`;
  return [{ code: 'mastersUneven', text }];
}

function addresses(nodes: readonly Placed[]): string[] {
  return nodes.map(node => node.address);
}
