import assert from 'node:assert/strict';
import { isUnsettled } from '../../../../src/core/health/check/unsettled';
import type { CheckFinding } from '../../../../src/core/health/check/types';
import { health } from '../../../../src/core/health/health';
import { problemsWithCheck } from '../../../../src/core/health/check/problemsWithCheck';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../../src/core/topology/types';
import { changed, loneNode, looksAt, nodeId, viewOf, type Viewpoint } from '../../topology/modelCluster';
import { judge, lookOf, nodes } from './evidence';

const [one, two, three, four] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];

function withSettings(differing: Record<string, Record<string, string>>): CheckFinding[] {
  const usual = { 'cluster-node-timeout': '15000', appendonly: 'no', 'cluster-announce-ip': '' };
  const settings = new Map(nodes.map(({ id }) => [id, { ...usual, ...differing[id] }]));
  return judge(lookOf(), { settings });
}

describe('The judgement of settings', () => {
  it('has nothing to say while they are alike', () => {
    assert.deepEqual(withSettings({}), []);
  });

  it('names the value most have, then who differs and what comes of it', () => {
    const found = withSettings({ [two]: { 'cluster-node-timeout': '2000' } });
    assert.deepEqual(
      found.map(({ code, nodeIds }) => [code, nodeIds]),
      [['settingsDiffer', [two]]],
    );
    assert.match(
      found[0]!.text,
      /^cluster-node-timeout differs: 15000 on .* and 2 more; 2000 on 10\.0\.0\.1:7002\. \S/,
    );
    assert.equal(found[0]!.onlyByCheck, true);
  });

  it('wants announced addresses on all nodes or on none, whatever they are', () => {
    const all = Object.fromEntries(nodes.map(({ id, host }) => [id, { 'cluster-announce-ip': host }]));
    assert.deepEqual(withSettings(all), []);
    const found = withSettings({ [three]: { 'cluster-announce-ip': '10.1.1.1' } });
    assert.match(found[0]!.text, /^cluster-announce-ip is set on 10\.0\.0\.2:7003 and not on /);
    assert.deepEqual(found[0]!.nodeIds, [three]);
  });

  it('compares only nodes that told it, and members only', () => {
    const settings = new Map([[one, { appendonly: 'yes' }]]);
    assert.deepEqual(judge(lookOf(), { settings }), []);
    const lone = loneNode(21);
    const beside = lookOf([...looksAt(nodes), { view: viewOf([lone], lone.id) }]);
    const values = new Map([
      ...nodes.map(({ id }) => [id, { appendonly: 'no' }] as const),
      [lone.id, { appendonly: 'yes' }],
    ]);
    assert.deepEqual(judge(beside, { settings: values }), []);
  });

  it('tells values that as many nodes have in their order, and an empty one as nothing', () => {
    const few = new Map([
      [one, { 'maxmemory-policy': 'noeviction', maxmemory: '' }],
      [two, { 'maxmemory-policy': 'allkeys-lru', maxmemory: '100' }],
    ]);
    const texts = judge(lookOf(), { settings: few }).map(({ text }) => text.split('. ')[0]);
    assert.deepEqual(texts, [
      'maxmemory differs: 100 on 10.0.0.1:7002; nothing on 10.0.0.0:7001',
      'maxmemory-policy differs: allkeys-lru on 10.0.0.1:7002; noeviction on 10.0.0.0:7001',
    ]);
  });

  it('names of announced addresses those that are fewer, and takes 0 for unset', () => {
    const ports = (id: string): string => (id === three ? '0' : '7000');
    const announced = Object.fromEntries(nodes.map(({ id }) => [id, { 'cluster-announce-port': ports(id) }]));
    const [found, ...others] = withSettings(announced);
    assert.deepEqual([found?.nodeIds, others], [[three], []]);
    assert.match(found!.text, /^cluster-announce-port is set on .* and 2 more and not on 10\.0\.0\.2:7003: clients/);
  });
});

describe('What only a check shows, at a later look', () => {
  type Differing = Readonly<Record<string, Viewpoint>>;
  const later = (viewpoints: Differing = {}, seen = nodes, silent: string[] = []): Topology => {
    const all = Object.fromEntries(nodes.map(({ id }) => [id, { nodes: seen, ...viewpoints[id] }]));
    return mergeLooks(looksAt(nodes, { viewpoints: all, silent }));
  };
  const kept = (finding: CheckFinding | undefined, checked: Topology, topology: Topology): boolean => {
    assert.ok(finding);
    const { problems } = health(topology);
    return problemsWithCheck({ problems }, topology, { findings: [finding], topology: checked }).includes(finding);
  };

  it('drops that a replica is too old to be elected when its master is back, or it serves', () => {
    const failed = changed(nodes, one, { flags: ['fail'] });
    const old = { info: { masterLink: 'down', masterLinkDownSeconds: 900 } } as const;
    const checked = later({ [four]: old }, failed, [one]);
    const settings = {
      'cluster-replica-validity-factor': '10',
      'cluster-node-timeout': '1000',
      'repl-ping-replica-period': '1',
    };
    const look = { ...lookOf(looksAt(failed)), topology: checked };
    const found = judge(look, { settings: new Map([[four, settings]]) }).find(
      ({ code }) => code === 'replicaDataTooOld',
    );
    assert.equal(kept(found, checked, later({ [four]: old }, failed, [one])), true, 'nothing has changed');
    assert.equal(kept(found, checked, later({ [four]: old })), false, 'the master answers, the link is still to come');
    const promoted = changed(changed(failed, four, { role: 'master', slots: '0-5461', epoch: 9 }), one, { slots: '' });
    assert.equal(kept(found, checked, later({}, promoted, [one])), false, 'it has taken over');
  });

  it('drops what was asked of a server that was started again since, and keeps what was asked of a silent one', () => {
    const checked = later();
    const [found] = withSettings({ [two]: { 'cluster-node-timeout': '2000' } });
    assert.equal(kept(found, checked, later()), true);
    assert.equal(kept(found, checked, later({}, nodes, [two])), true);
    assert.equal(kept(found, checked, later({ [two]: { info: { uptimeSeconds: 3 } } })), false);
    assert.equal(kept(found, checked, later({ [two]: { info: { processId: 2 } } })), false);
  });

  it('drops a missing link when an end has failed, and stray keys when their slots have another owner', () => {
    const checked = later();
    const [link] = judge(lookOf(looksAt(nodes), [[one, 'to', two]]));
    assert.equal(kept(link, checked, later()), true);
    assert.equal(kept(link, checked, later({}, changed(nodes, two, { flags: ['fail'] }), [two])), false);
    const strayKeys = new Map([[one, { bySlot: new Map([[9000, 3]]), hidden: 0 }]]);
    const stray = judge(lookOf(), { strayKeys }).find(({ code }) => code === 'strayKeys');
    assert.equal(kept(stray, checked, later()), true);
    const moved = changed(changed(nodes, one, { slots: '0-5461 9000', epoch: 9 }), two, {
      slots: '5462-8999 9001-10922',
    });
    assert.equal(kept(stray, checked, later({}, moved)), false);
  });
});

describe('The judgement of bus links', () => {
  it('names a link that is not there, and one that only its opener has', () => {
    const missing = lookOf(looksAt(nodes), [[one, 'to', two]]);
    assert.equal(isUnsettled(missing), true);
    const [found, ...others] = judge(missing);
    assert.deepEqual([found?.code, others], ['busLinkMissing', []]);
    assert.equal(found!.text, '10.0.0.0:7001 has no bus link to 10.0.0.1:7002.');
    const halfOpen = judge(lookOf(looksAt(nodes), [[two, 'from', one]]));
    assert.equal(halfOpen[0]!.text, 'no bus link of 10.0.0.0:7001 comes in at 10.0.0.1:7002.');
  });

  it('leaves out what the second look does not show, and nodes that are in doubt anyway', () => {
    const missing = lookOf(looksAt(nodes), [[one, 'to', two]]);
    assert.deepEqual(judge(lookOf(), { earlier: missing }), []);
    const failed = changed(nodes, two, { flags: ['fail'] });
    const found = judge(lookOf(looksAt(failed, { silent: [two] }), [[one, 'to', two]]));
    assert.ok(!found.some(({ code }) => code === 'busLinkMissing'));
  });

  it('gives a link that was just opened time to be known at its other end', () => {
    assert.deepEqual(judge(lookOf(looksAt(nodes), [[two, 'from', one]], true)), []);
    assert.equal(
      judge(lookOf(looksAt(nodes), [[one, 'to', two]], true)).length,
      1,
      'one that is not there is no young one',
    );
  });

  it('sums up many', () => {
    const broken = nodes.flatMap(a => nodes.filter(b => b.id !== a.id).map(b => [a.id, 'from', b.id]));
    const found = judge(lookOf(looksAt(nodes), broken));
    assert.equal(found.length, 1);
    assert.match(found[0]!.text, /^15 pairs of nodes are not linked both ways on the cluster bus\. For example: /);
  });

  it('tells up to three pairs one by one, each with both of its directions', () => {
    const broken = [
      [one, 'to', two],
      [one, 'from', two],
      [three, 'to', four],
      [four, 'to', three],
    ];
    const texts = judge(lookOf(looksAt(nodes), broken)).map(({ text, nodeIds }) => [text, ...nodeIds]);
    assert.deepEqual(texts, [
      [
        '10.0.0.0:7001 has no bus link to 10.0.0.1:7002 and no bus link of 10.0.0.1:7002 comes in at 10.0.0.0:7001.',
        one,
        two,
      ],
      [
        '10.0.0.2:7003 has no bus link to 10.0.0.3:7004 and 10.0.0.3:7004 has no bus link to 10.0.0.2:7003.',
        three,
        four,
      ],
    ]);
    const third = judge(lookOf(looksAt(nodes), [...broken, [one, 'to', four]]));
    assert.equal(third.length, 3);
    const [summed, ...others] = judge(lookOf(looksAt(nodes), [...broken, [one, 'to', four], [two, 'to', four]]));
    assert.match(summed!.text, /^4 pairs of nodes .* For example: 10\.0\.0\.\d:700\d has no bus link to \S+ and /);
    assert.deepEqual([summed!.nodeIds, others], [[one, two, three, four], []]);
  });

  it('says nothing of a node that a viewer doubts, nor of one that answers and was forgotten', () => {
    for (const flag of ['fail?', 'fail', 'handshake', 'noaddr']) {
      const doubting = { [one]: { nodes: changed(nodes, two, { flags: [flag] }) } };
      const found = judge(lookOf(looksAt(nodes, { viewpoints: doubting }), [[one, 'to', two]]));
      assert.ok(!found.some(({ code }) => code === 'busLinkMissing'), flag);
    }
    const rest = nodes.filter(({ id }) => id !== four);
    const forgotten = lookOf([...looksAt(rest), { view: viewOf(nodes, four) }], [[four, 'to', two]]);
    assert.ok(!judge(forgotten).some(({ code }) => code === 'busLinkMissing'));
  });

  it('goes by the nodes own view where the server does not list its links', () => {
    const look = { ...lookOf(), links: new Map() };
    assert.deepEqual(judge(look), []);
    const views = look.views.map(view => ({
      ...view,
      lines: view.lines.map(line => (line.id === two ? { ...line, linkConnected: false } : line)),
    }));
    const [found, ...others] = judge({ ...look, views: [views[0]!, ...look.views.slice(1)] });
    assert.deepEqual([found?.text, others], ['10.0.0.0:7001 has no bus link to 10.0.0.1:7002.', []]);
  });
});
