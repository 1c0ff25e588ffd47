import assert from 'node:assert/strict';
import { clusterDownCauses } from '../../../../src/core/health/check/clusterDown';
import { staleReplicaFindings } from '../../../../src/core/health/check/staleReplicas';
import { slotsToCount, visibleSlots } from '../../../../src/core/health/check/slotsToCount';
import type { Look, ServerInfo } from '../../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  viewOf,
  type ModelNode,
  type Viewpoint,
} from '../../topology/modelCluster';
import { lookOf, nodes } from './evidence';

const [one, two, three, four] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];

describe('A replica that does not stand for election', () => {
  const limits = {
    'cluster-replica-validity-factor': '10',
    'cluster-node-timeout': '5000',
    'repl-ping-replica-period': '10',
  };
  const dead = changed(nodes, one, { flags: ['fail'] });

  function stale(
    info: Partial<ServerInfo>,
    { values = limits, seen = dead }: { values?: Record<string, string>; seen?: readonly ModelNode[] } = {},
  ) {
    const silent = seen.filter(({ flags }) => flags.includes('fail')).map(({ id }) => id);
    const latest = lookOf(looksAt(seen, { silent, viewpoints: { [four]: { info: { masterLink: 'down', ...info } } } }));
    return staleReplicaFindings({ latest, settings: new Map([[four, values]]) });
  }

  it('is told once its link has been down for longer than factor + 1 timeouts and a ping', () => {
    assert.deepEqual(stale({ masterLinkDownSeconds: 65 }), []);
    const [found, ...others] = stale({ masterLinkDownSeconds: 66 });
    assert.deepEqual(others, []);
    assert.match(
      found!.text,
      /^10\.0\.0\.3:7004 does not stand for election though 10\.0\.0\.0:7001 failed: its link to it broke 66 s ago, and it stands only up to 65 s after/,
    );
    assert.deepEqual([found!.nodeIds, found!.severity, found!.onlyByCheck], [[four, one], 'error', true]);
  });

  it('is told where it had no link since its start, however long that is', () => {
    assert.match(
      stale({})[0]?.text ?? '',
      /it has had no link to it since it was started, and it stands only up to 65 s/,
    );
  });

  it('is not told where its age does not matter, or is not known to', () => {
    for (const name of Object.keys(limits))
      assert.deepEqual(stale({}, { values: { ...limits, [name]: '0' } }), [], `${name} is 0`);
    assert.deepEqual(stale({}, { values: {} }), []);
    assert.deepEqual(stale({ masterLink: 'up' }), []);
  });

  it('is not told while its master lives, or has nothing to take over', () => {
    assert.deepEqual(stale({}, { seen: nodes }), []);
    assert.deepEqual(stale({}, { seen: changed(dead, one, { slots: '' }) }), []);
    const another = changed(nodes, two, { flags: ['fail'] });
    assert.deepEqual(stale({}, { seen: another }), [], 'it is the master of another');
  });
});

describe('Why a node says that the cluster is down', () => {
  function causes(
    viewpoint: Viewpoint,
    {
      seen = nodes,
      figures = {},
    }: { seen?: readonly ModelNode[]; figures?: { slotsAssigned?: number; slotsFailed?: number } } = {},
  ): string {
    const looks = looksAt(seen, { viewpoints: { [one]: { state: 'fail', ...viewpoint } } }).map(look => {
      if (!('view' in look) || !look.view.lines.some(({ id, flags }) => id === one && flags.includes('myself')))
        return look;
      return { view: { ...look.view, clusterInfo: { ...look.view.clusterInfo, ...figures } } };
    });
    return clusterDownCauses({ latest: lookOf(looks), settings: new Map() });
  }

  it('is told of those alone that say so', () => {
    assert.equal(clusterDownCauses({ latest: lookOf(), settings: new Map() }), '');
    assert.equal(causes({}, { figures: { slotsAssigned: 16383 } }), '10.0.0.0:7001: 1 slot belongs to nobody');
    assert.equal(causes({}, { figures: { slotsFailed: 1 } }), '10.0.0.0:7001: 1 slot belongs to a master that failed');
  });

  it('is that it reaches no majority of the masters with slots', () => {
    const doubting = (ids: readonly string[], flag: string, from: readonly ModelNode[] = nodes) =>
      causes({ nodes: ids.reduce((all, id) => changed(all, id, { flags: [flag] }), [...from]) }, { seen: from });
    const none = /^10\.0\.0\.0:7001: nothing it says explains it; after a partition/;
    assert.match(doubting([two], 'fail?'), none);
    for (const flag of ['fail', 'fail?'])
      assert.equal(
        doubting([two, three], flag),
        '10.0.0.0:7001: it reaches 1 of 3 masters with slots, which is no majority',
      );
    assert.match(doubting([four, nodeId(5)], 'fail'), none, 'replicas have no vote');
    const half = modelCluster(4, 1);
    assert.match(doubting([3, 4].map(nodeId), 'fail', half), /it reaches 2 of 4 masters/);
    const withEmpty = changed(changed(half, nodeId(4), { slots: '' }), three, { slots: '8192-16383' });
    assert.match(doubting([nodeId(4), two], 'fail', withEmpty), none, 'a master without slots has no vote');
  });

  it('is told of several that say the same in one go, but not of one that was forgotten', () => {
    const both = { [one]: { state: 'fail' }, [two]: { state: 'fail' } } as const;
    const told = (looks: readonly Look[]) => clusterDownCauses({ latest: lookOf(looks), settings: new Map() });
    assert.match(
      told(looksAt(nodes, { viewpoints: both })),
      /^10\.0\.0\.0:7001 and 10\.0\.0\.1:7002: nothing it says[^:]*$/,
    );
    const rest = nodes.filter(({ id }) => id !== four);
    assert.equal(told([...looksAt(rest), { view: viewOf(nodes, four, { state: 'fail' }) }]), '');
  });

  it('is that it knows no other node', () => {
    const lone = loneNode(21, '0-16383');
    const view = viewOf([lone], lone.id, { state: 'fail' });
    const latest = lookOf([{ view }]);
    const member = latest.topology.nodes.map(node => ({ ...node, inCluster: true }));
    assert.match(
      clusterDownCauses({
        latest: { ...latest, topology: { ...latest.topology, nodes: member } },
        settings: new Map(),
      }),
      /: it knows no other node$/,
    );
  });

  it('is that it has just started, where nothing else is', () => {
    assert.match(causes({ info: { uptimeSeconds: 10 } }), /: it has just started$/);
    assert.match(causes({ info: { uptimeSeconds: 11 } }), /: nothing it says explains it/);
  });
});

describe('The slots whose keys are counted', () => {
  const text = (counted: ReadonlyMap<string, { toString: () => string }>) =>
    Object.fromEntries([...counted].map(([id, slots]) => [id, slots.toString()]));

  it('are none of a whole cluster', () => {
    assert.deepEqual(text(slotsToCount(lookOf())), {});
  });

  it('are open ones at both ends and at the owner, and nowhere else', () => {
    const open = (viewpoints: Record<string, Viewpoint>) => text(slotsToCount(lookOf(looksAt(nodes, { viewpoints }))));
    assert.deepEqual(open({ [one]: { openSlots: `[7->-${two}]` } }), { [one]: '7', [two]: '7' });
    assert.deepEqual(open({ [two]: { openSlots: `[7-<-${three}]` } }), { [one]: '7', [two]: '7', [three]: '7' });
  });

  it('can be told of what a server owns or takes, and of what it gives away because it owns that', () => {
    const viewpoints = { [two]: { openSlots: `[7-<-${one}] [6000->-${one}]` } };
    const look = lookOf(looksAt(nodes, { viewpoints }));
    const node = look.topology.nodes.find(({ id }) => id === two)!;
    const asked = node.slots.union(look.topology.nodes.find(({ id }) => id === one)!.slots);
    assert.equal(visibleSlots(asked, node, look).toString(), '7,5462-10922');
  });
});
