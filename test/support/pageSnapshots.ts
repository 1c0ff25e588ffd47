import type {
  EventKind,
  PageDomain,
  PageEvent,
  PageNode,
  PageShard,
  PageStage,
  Snapshot,
} from '../../src/shared/pageProtocol';

const SLOT_COUNT = 16384;

/** When every snapshot is taken; the times in it are given from here. */
export const SNAPSHOT_TIME = Date.UTC(2030, 0, 1, 14, 3, 30);

/** A healthy cluster as the extension sends it; ports count up from 7000, masters first, hosts in turn. */
export function makeSnapshot({ shards = 3, replicas = 1, spares = 0, hosts = 3, version = 1 } = {}): Snapshot {
  const host = (index: number) => `host-${(index % hosts) + 1}`;
  const masters = range(shards).map(index => {
    const [start, end] = slotsOf(index, shards);
    return makeNode(7000 + index, {
      role: 'master',
      hostLabel: host(index),
      slots: `${start}-${end}`,
      slotCount: end - start + 1,
      keys: 12_345 + index * 731,
    });
  });
  const followers = masters.flatMap((master, index) =>
    range(replicas).map(turn =>
      makeNode(7000 + shards + index * replicas + turn, {
        role: 'replica',
        masterId: master.id,
        hostLabel: host(index + turn + 1),
        lagBytes: 0,
      }),
    ),
  );
  const standbys = range(spares).map(index =>
    makeNode(7000 + shards * (1 + replicas) + index, {
      role: 'spare',
      state: 'spare',
      stateText: '',
      hostLabel: host(index),
      memoryBytes: 1_500_000,
    }),
  );
  return {
    version,
    clusterId: 'cluster-1',
    clusterName: 'orders',
    status: 'ok',
    statusText: `${shards} shards`,
    nodes: [...masters, ...followers, ...standbys],
    shards: masters.map((master, index): PageShard => ({
      id: `slot-${slotsOf(index, shards)[0]}`,
      name: `Shard ${index + 1}`,
      slots: master.slots,
      masterId: master.id,
      replicaIds: followers.filter(node => node.masterId === master.id).map(node => node.id),
    })),
    openSlots: [],
    disputedSlots: [],
    slotMoves: [],
    problems: [],
    events: [],
    nowMilliseconds: SNAPSHOT_TIME,
    domains: makeDomains(hosts),
    skewPercent: 40,
    marks: [],
  };
}

/** Of each host: that nothing is lost. */
function makeDomains(hosts: number): PageDomain[] {
  return range(hosts).map(index => ({
    kind: 'host',
    label: `host-${index + 1}`,
    text: `If host host-${index + 1} dies: all slots are served on.`,
    losesMajority: false,
    shardsDown: 0,
    slotsDown: 0,
  }));
}

export function makeNode(port: number, given: Partial<PageNode> & Pick<PageNode, 'role'>): PageNode {
  const state = given.state ?? 'ok';
  return {
    id: nodeId(port),
    name: `127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    hostLabel: 'host-1',
    state,
    stateText: state === 'spare' ? '' : state,
    slots: '',
    slotCount: 0,
    memoryBytes: 2_600_000 + port * 1000,
    operationsPerSecond: port % 97,
    inputBytesPerSecond: (port % 31) * 700,
    outputBytesPerSecond: (port % 29) * 2100,
    clients: 10 + (port % 13),
    evictionsPerSecond: 0,
    pingMilliseconds: 0.4 + (port % 7) / 10,
    version: 'Redis 7.0.15',
    trend: range(12).map(index => Math.max(0, (port % 97) + ((port * (index + 3)) % 23) - 11)),
    trendSinceMilliseconds: SNAPSHOT_TIME - 55_000,
    local: true,
    contextValue: `node ${given.role} ${given.slots ? 'slots ' : ''}${state} local`,
    history: [{ atMilliseconds: SNAPSHOT_TIME - 3_600_000, state }],
    ...given,
  };
}

export function nodeId(port: number): string {
  return port.toString(16).padStart(40, '0');
}

/** The next snapshot, with some nodes changed. */
export function change(
  snapshot: Snapshot,
  nodes: Readonly<Record<number, Partial<PageNode>>>,
  rest: Partial<Snapshot> = {},
): Snapshot {
  const byId = new Map(Object.entries(nodes).map(([port, changes]) => [nodeId(Number(port)), changes]));
  return {
    ...snapshot,
    version: snapshot.version + 1,
    nodes: snapshot.nodes.map(node => ({ ...node, ...byId.get(node.id) })),
    ...rest,
  };
}

/** 7000 died; its first replica leads shard 1 now, and no spare has joined yet. */
export function failOver(snapshot: Snapshot): Snapshot {
  const [first, ...others] = snapshot.shards;
  const heir = snapshot.nodes.find(node => node.id === first?.replicaIds[0]);
  if (!first || !heir) throw new Error('The snapshot has no shard with a replica.');
  const replicaIds = first.replicaIds.filter(id => id !== heir.id);
  const { slotCount } = snapshot.nodes.find(node => node.id === first.masterId) ?? { slotCount: 0 };
  const fallen = { state: 'failed', stateText: 'failed', slots: '', slotCount: 0, formerShardId: first.id } as const;
  const next = change(
    snapshot,
    { 7000: { ...fallen, contextValue: 'node master failed local' } },
    {
      status: 'degraded',
      statusText: '1 node failed',
      shards: [{ ...first, masterId: heir.id, replicaIds }, ...others],
      problems: [
        {
          severity: 'error',
          text: '127.0.0.1:7000 failed; 5 of 5 nodes agree.',
          remedy: 'Start it again, or let a spare take its place.',
          nodeIds: [nodeId(7000)],
        },
        {
          severity: 'warning',
          text: `Shard 1 lacks a replica: if ${heir.address} fails too, slots ${first.slots} may be lost.`,
          remedy: 'Add a replica, or replace the failed node by a spare.',
          nodeIds: [heir.id],
        },
      ],
    },
  );
  const led: PageNode = {
    ...without(heir, 'masterId', 'lagBytes'),
    role: 'master',
    slots: first.slots,
    slotCount,
    keys: 12_345,
    contextValue: 'node master slots ok local',
  };
  const nodes = next.nodes.map(node => {
    if (node.id === heir.id) return led;
    if (node.id === first.masterId) return without(node, ...figures);
    return node.masterId === first.masterId ? { ...node, masterId: heir.id } : node;
  });
  return { ...next, nodes };
}

/** One node in each state, a running operation, marks, long names: all there is to draw. */
export function makeBusySnapshot(): Snapshot {
  const base = failOver(makeSnapshot({ shards: 4, replicas: 2, spares: 2 }));
  return change(
    base,
    {
      7002: { state: 'suspect', stateText: 'suspect 2/6', contextValue: 'node master slots suspect local' },
      7005: { state: 'syncing', stateText: 'syncing 43 %', lagBytes: 123_456_789 },
      7006: { state: 'linkDown', stateText: 'link down' },
      7007: { state: 'unreachable', stateText: 'unreachable' },
      7008: { state: 'loading', stateText: 'loading' },
      7009: { name: 'redis-0.redis-headless.production.svc.cluster.local:6379', hostLabel: 'eu-central-1a-rack-17' },
      7011: { state: 'joining', stateText: 'joining' },
    },
    {
      marks: ['production', 'read-only', 'TLS not verified'],
      color: 'red',
      operation: {
        title: 'Rebalance slots',
        message: '560 of 1,365 slots moved, 127.0.0.1:7001 to 127.0.0.1:7002',
        fraction: 0.41,
      },
    },
  );
}

/** The same cluster with what happened to it: a failover, a flap, a join, and strips that show them. */
export function makeEventfulSnapshot(): Snapshot {
  const before = failOver(makeSnapshot({ spares: 1 }));
  const run = (secondsAgo: number, state: PageNode['state'] | 'unknown') => ({
    atMilliseconds: SNAPSHOT_TIME - secondsAgo * 1000,
    state,
  });
  return change(
    before,
    {
      7000: { history: [run(3600, 'ok'), run(22.5, 'unreachable'), run(22, 'suspect'), run(20, 'failed')] },
      7003: { history: [run(3600, 'ok'), run(20, 'linkDown'), run(18, 'ok')] },
      7004: {
        history: [run(3600, 'ok'), run(245, 'suspect'), run(243, 'ok'), run(205, 'failed'), run(193, 'ok')],
      },
      7005: { history: [run(480, 'ok'), run(400, 'unknown'), run(330, 'ok'), run(290, 'loading'), run(280, 'ok')] },
      7006: { history: [run(150, 'spare')] },
    },
    {
      events: [
        makeEvent(
          'failover',
          18,
          '127.0.0.1:7003 took over slots 0-5461 from 127.0.0.1:7000 after 4.5 s, automatically.',
          {
            nodeIds: [nodeId(7003), nodeId(7000)],
            stages: [
              makeStage(
                'unreachable',
                22.5,
                '127.0.0.1:7000 does not answer here; no node of the cluster misses it yet.',
              ),
              makeStage('suspect', 22, '127.0.0.1:7000 is suspect: 2 of 5 nodes miss it.'),
              makeStage('failed', 20, '127.0.0.1:7000 failed: 5 of 5 nodes agree.'),
              makeStage('failingOver', 20, 'Failing over: 127.0.0.1:7003 can take over slots 0-5461.'),
              makeStage('newMaster', 18, '127.0.0.1:7003 is the new master of slots 0-5461, config epoch 7.'),
            ],
          },
        ),
        makeEvent('supervisor', 18, 'The supervisor waits 5 s whether 127.0.0.1:7000 comes back.', {
          nodeIds: [nodeId(7000)],
        }),
        makeEvent('joined', 150, '127.0.0.1:7006 joined the cluster without slots.', { nodeIds: [nodeId(7006)] }),
        makeEvent('recovered', 193, '127.0.0.1:7004 is ok again; it was down 2 times, 14 s in all.', {
          nodeIds: [nodeId(7004)],
          stages: ([245, 243, 205, 193] as const).map((ago, index) =>
            makeStage(index % 2 === 0 ? 'failed' : 'recovered', ago, `Stage ${index}.`),
          ),
        }),
        makeEvent('clusterUp', 3000, 'Nodes answer again.', { afterPause: true }),
      ],
    },
  );
}

export function makeEvent(
  kind: EventKind,
  secondsAgo: number,
  text: string,
  given: Partial<PageEvent> = {},
): PageEvent {
  return { ...makeStage(kind, secondsAgo, text), id: `${kind}-${secondsAgo}`, nodeIds: [], stages: [], ...given };
}

function makeStage(kind: EventKind, secondsAgo: number, text: string): PageStage {
  return { atMilliseconds: SNAPSHOT_TIME - secondsAgo * 1000, kind, text };
}

const figures = [
  'keys',
  'memoryBytes',
  'operationsPerSecond',
  'inputBytesPerSecond',
  'outputBytesPerSecond',
  'clients',
  'evictionsPerSecond',
  'pingMilliseconds',
  'version',
  'trend',
] as const;
type Figure = 'masterId' | 'lagBytes' | (typeof figures)[number];

/** A node that does not answer has no figures, rather than zeros. */
function without(node: PageNode, ...names: Figure[]): PageNode {
  return Object.fromEntries(
    Object.entries(node).filter(([name]) => !names.includes(name as Figure)),
  ) as unknown as PageNode;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function slotsOf(index: number, shards: number): [start: number, end: number] {
  const start = Math.ceil((index * SLOT_COUNT) / shards);
  return [start, Math.ceil(((index + 1) * SLOT_COUNT) / shards) - 1];
}
