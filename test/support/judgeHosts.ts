import type { PageDomain, PageNode, Snapshot } from '../../src/shared/pageProtocol';

/** The snapshot with what the death of each host would cost, as its nodes are: a shard lives while a node of it that serves or follows does. */
export function judgeHosts(snapshot: Snapshot): Snapshot {
  const nodes = new Map(snapshot.nodes.map(node => [node.id, node]));
  const shards = snapshot.shards.map(({ masterId, replicaIds }) => ({
    slotCount: nodes.get(masterId ?? '')?.slotCount ?? 0,
    alive: [masterId ?? '', ...replicaIds].flatMap(id => nodes.get(id) ?? []).filter(isAlive),
  }));
  const masters = snapshot.nodes.filter(({ slotCount }) => slotCount > 0);
  const judge = (label: string): PageDomain => {
    const isLeft = (node: PageNode): boolean => node.hostLabel !== label && isAlive(node);
    const lost = shards.filter(({ alive }) => alive.length > 0 && !alive.some(isLeft));
    const losesMajority = masters.filter(isLeft).length * 2 <= masters.length;
    const slotsDown = lost.reduce((sum, { slotCount }) => sum + slotCount, 0);
    const cost = losesMajority
      ? 'no majority of the masters is left'
      : slotsDown > 0
        ? `${slotsDown} slots are served by nobody`
        : 'no further slots are lost';
    return {
      kind: 'host',
      label,
      text: `If host ${label} dies: ${cost}.`,
      losesMajority,
      shardsDown: lost.length,
      slotsDown,
    };
  };
  return { ...snapshot, domains: snapshot.domains.map(({ label }) => judge(label)) };
}

function isAlive({ state }: PageNode): boolean {
  return state === 'ok' || state === 'suspect';
}
