import assert from 'node:assert/strict';
import type { CheckFinding } from '../../../../src/core/health/check/types';
import { health } from '../../../../src/core/health/health';
import { isUnsettled } from '../../../../src/core/health/check/unsettled';
import { slotsThatAreForeign, slotsToCount } from '../../../../src/core/health/check/slotsToCount';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import {
  changed,
  loneNode,
  looksAt,
  nodeId,
  viewOf,
  type ModelNode,
  type Viewpoint,
} from '../../topology/modelCluster';
import { recordedLooks } from '../../topology/recording';
import { codes, judge, lookOf, nodes } from './evidence';

const [one, two, three, four] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];
const ALL = [21001, 21002, 21003, 21004, 21005, 21006];

function seenByAll(seen: readonly ModelNode[], others: Viewpoint = {}): Record<string, Viewpoint> {
  return Object.fromEntries(seen.map(node => [node.id, { ...others, nodes: seen }]));
}

describe('The judgement of a check', () => {
  it('has nothing to say of a healthy cluster, and calls it settled', () => {
    assert.deepEqual(judge(lookOf()), []);
    assert.equal(isUnsettled(lookOf()), false);
  });

  it('loses nothing that health finds, tells it once, and in sentences', () => {
    for (const scenario of ['no-majority', 'master-failed', 'failed-over', 'reset-hard', 'returned']) {
      const answered =
        scenario === 'no-majority'
          ? [21001, 21004, 21005, 21006]
          : /reset|returned/.test(scenario)
            ? ALL
            : ALL.slice(1);
      const look = lookOf(recordedLooks(scenario, answered));
      const findings = judge(look);
      const renamed = new Map([['ghostNodes', 'ghostNode']]);
      for (const { code } of health(look.topology).problems)
        assert.ok(codes(findings).includes(renamed.get(code) ?? code), `${scenario}: ${code}`);
      const texts = findings.map(({ text }) => text);
      assert.equal(new Set(texts).size, texts.length, scenario);
      for (const { text, remedy } of findings) {
        assert.match(text, /^\S.*\.$/);
        assert.match(remedy, /^[A-Z0-9].*\.$/);
        assert.ok(!/undefined|NaN|\[object/.test(text + remedy), text + remedy);
      }
      const severities = findings.map(({ severity }) => severity);
      assert.deepEqual(severities, [...severities].sort(), 'errors first');
    }
  });

  describe('of what differs between the views', () => {
    const early = changed(nodes, four, { masterId: two });
    const differing = looksAt(nodes, { viewpoints: { [one]: { nodes: early } } });

    it('tells only what two looks show, with the time of the first', () => {
      const looks = lookOf(differing);
      assert.equal(isUnsettled(looks), true);
      const earlier = { ...looks, topology: { ...looks.topology, observedAtMilliseconds: 4000 } };
      const [found, ...others] = judge(looks, { earlier });
      assert.deepEqual([found?.code, found?.sinceMilliseconds, others], ['roleDisputed', 4000, []]);
    });

    it('leaves out what was gossip on its way', () => {
      assert.deepEqual(judge(lookOf(), { earlier: lookOf(differing) }), []);
      assert.deepEqual(judge(lookOf(differing), { earlier: lookOf() }), []);
    });

    it('takes what is said of another node, or of other slots, for other news', () => {
      const other = changed(nodes, nodeId(5), { masterId: one });
      const earlier = lookOf(looksAt(nodes, { viewpoints: { [one]: { nodes: other } } }));
      assert.deepEqual(judge(lookOf(differing), { earlier }), []);
      const moved = (slot: number): ReturnType<typeof lookOf> => {
        const without = changed(nodes, one, { slots: `0-${slot - 1}` });
        const seen = changed(without, two, { slots: `${slot}-10922` });
        return lookOf(looksAt(nodes, { viewpoints: { [four]: { nodes: seen }, [nodeId(5)]: { nodes: seen } } }));
      };
      const disputed = (before: number): string[] => codes(judge(moved(5461), { earlier: moved(before) }));
      assert.deepEqual([disputed(5461), disputed(5460)], [['slotOwnerDisputed'], []]);
    });

    it('says of equal epochs that they can be mended', () => {
      const equal = changed(nodes, two, { epoch: 1 });
      const found = judge(lookOf(looksAt(equal))).find(({ code }) => code === 'epochCollision');
      assert.deepEqual([found?.fix, [...found!.nodeIds].sort()], ['epochs', [one, two].sort()]);
    });

    it('tells two owners by their own words once, as an error, with the keys of both', () => {
      const claiming = changed(nodes, one, { slots: '0-5461 9000' });
      const look = lookOf(looksAt(nodes, { viewpoints: { [one]: { nodes: claiming } } }));
      // 5461 is the last slot of the first node in this model.
      const keys = new Map([
        [one, new Map([[9000, 3]])],
        [two, new Map([[9000, 4]])],
      ]);
      const found = judge(look, { keys });
      assert.deepEqual(codes(found), ['slotsWithTwoOwners']);
      assert.deepEqual([found[0]?.severity, found[0]?.fix, found[0]?.slots?.toString()], ['error', 'owners', '9000']);
      assert.deepEqual(found[0]?.keys, { [one]: 3, [two]: 4 });
      assert.match(found[0].remedy, /10\.0\.0\.1:7002 wins by its epoch/);
      assert.deepEqual([...slotsToCount(look)].map(([id, slots]) => [id, slots.toString()]).sort(), [
        [one, '9000'],
        [two, '9000'],
      ]);
    });
  });

  describe('of uncovered slots', () => {
    const without = changed(nodes, one, { slots: '2-5461' });

    it('tells slots of nobody with who holds their keys, and asks every master for them', () => {
      const look = lookOf(looksAt(without));
      assert.deepEqual(
        [...slotsToCount(look)].map(([, slots]) => slots.toString()),
        ['0-1', '0-1', '0-1'],
      );
      const none = new Map([
        [0, 0],
        [1, 0],
      ]);
      const keys = new Map([one, two].map(id => [id, none]));
      const found = judge(look, { keys: new Map([...keys, [three, new Map([...none, [1, 5]])]]) });
      const uncovered = found.find(({ code }) => code === 'slotsUnassigned');
      assert.deepEqual(
        [uncovered?.slots?.toString(), uncovered?.fix, uncovered?.nodeIds],
        ['0-1', 'uncovered', [three]],
      );
      assert.match(uncovered!.text, /Of them, 10\.0\.0\.2:7003 holds 5 keys\.$/);
      const unknown = judge(look, { keys }).find(({ code }) => code === 'slotsUnassigned');
      assert.match(unknown!.text, /Not every master tells whether it holds keys of them/);
      assert.ok(!unknown!.text.includes('No master that answers holds'), 'what is not known is not called none');
    });

    it('calls the slots of a silent, of a failed and of a lost owner assigned', () => {
      const silent = judge(lookOf(looksAt(nodes, { silent: [two] })));
      const unreachable = silent.find(({ code }) => code === 'nodeUnreachable');
      assert.equal(unreachable?.slots?.toString(), '5462-10922');
      assert.match(unreachable.text, /belong to 10\.0\.0\.1:7002: they are assigned, and could not be checked\.$/);
      const failed = changed(nodes, two, { flags: ['fail'] });
      const down = judge(lookOf(looksAt(failed, { silent: [two] })));
      assert.equal(down.find(({ code }) => code === 'masterFailed')?.slots?.toString(), '5462-10922');
      for (const found of [silent, down])
        assert.ok(!found.some(({ fix }) => fix === 'uncovered'), 'nobody is to give them away');
    });

    it('says why the cluster is down, in the numbers of those who say so', () => {
      const looks = looksAt(without, { viewpoints: seenByAll(without, { state: 'fail' }) }).map(look =>
        'view' in look
          ? { view: { ...look.view, clusterInfo: { ...look.view.clusterInfo, slotsAssigned: 16382, slotsFailed: 5 } } }
          : look,
      );
      const text = judge(lookOf(looks)).find(({ code }) => code === 'clusterStateFail')!.text;
      assert.match(text, /: 2 slots belong to nobody, and 5 slots belong to a master that failed\.$/);
      const settings = new Map(nodes.map(({ id }) => [id, { 'cluster-require-full-coverage': 'no' }]));
      const serving = judge(lookOf(looks), { settings }).find(({ code }) => code === 'clusterStateFail')!.text;
      assert.match(serving, /nothing it says explains it/);
    });
  });

  it('tells what keeps the cluster down before that it is down', () => {
    const lacking = nodes.map(node => (node.id === nodeId(1) ? { ...node, slots: '0-99 101-5461' } : node));
    const viewpoints = Object.fromEntries(nodes.map(({ id }) => [id, { state: 'fail' as const }]));
    const found = codes(judge(lookOf(looksAt(lacking, { viewpoints }))));
    assert.deepEqual(found.slice(0, 2), ['slotsUnassigned', 'clusterStateFail']);
  });

  it('tells keys in foreign slots per node, instead of keys on a spare', () => {
    const spare: ModelNode = { ...nodes[0]!, id: nodeId(9), host: '10.0.0.9', slots: '', epoch: 0 };
    const looks = looksAt([...nodes, spare], {
      viewpoints: { [spare.id]: { info: { keys: 2, keysByDatabase: { 0: 2 } } } },
    });
    assert.deepEqual(codes(judge(lookOf(looks))), ['keysOnSpare']);
    const found = judge(lookOf(looks), { strayKeys: new Map([[spare.id, { bySlot: new Map([[3, 2]]), hidden: 0 }]]) });
    assert.deepEqual(codes(found), ['strayKeys']);
    assert.match(found[0]!.text, /^10\.0\.0\.9:7001 holds 2 keys in slot 3, which belongs to 10\.0\.0\.0:7001: /);
    assert.equal(found[0]!.onlyByCheck, true);
    const hidden = judge(lookOf(looks), { strayKeys: new Map([[spare.id, { bySlot: new Map(), hidden: 2 }]]) });
    assert.deepEqual([codes(hidden), hidden[0]?.slots, hidden[0]?.fix], [['strayKeys'], undefined, undefined]);
  });

  it('takes for foreign what a master neither owns nor takes nor finds unassigned', () => {
    const open = looksAt(nodes, { viewpoints: { [two]: { openSlots: `[5-<-${one}]` } } });
    const foreign = slotsThatAreForeign(lookOf(open));
    assert.deepEqual([...foreign.keys()].sort(), [one, two, three].sort());
    assert.equal(foreign.get(two)!.toString(), '0-4,6-5461,10923-16383');
    const gone = slotsThatAreForeign(lookOf(looksAt(changed(nodes, one, { slots: '' }))));
    assert.equal(gone.get(two)!.toString(), '10923-16383');
  });

  it('tells keys in databases a cluster does not have, but where it has them', () => {
    const withKeys = (flavour: 'redis' | 'valkey', version: string): string[] =>
      codes(
        judge(
          lookOf(
            looksAt(nodes, {
              viewpoints: Object.fromEntries(
                nodes.map(({ id }) => [id, { info: { flavour, version, keys: 3, keysByDatabase: { 0: 1, 4: 2 } } }]),
              ),
            }),
          ),
        ),
      );
    assert.deepEqual(withKeys('redis', '7.0.15'), ['keysInOtherDatabases']);
    assert.deepEqual(withKeys('valkey', '8.1.1'), ['keysInOtherDatabases']);
    assert.deepEqual(withKeys('valkey', '9.0.0'), []);
  });

  it('tells replicas of replicas, rings of them too, and not that their master is unknown', () => {
    const five = nodeId(5);
    const ring = changed(changed(nodes, four, { masterId: five }), five, { masterId: four });
    const found = judge(lookOf(looksAt(ring)));
    assert.deepEqual(codes(found).filter(code => code === 'replicaOfReplica').length, 2);
    assert.ok(!codes(found).includes('masterUnknown'), codes(found).join());
  });

  it('names a ghost with who lists it, and a handshake that comes to nothing', () => {
    const ghost: ModelNode = { ...nodes[3]!, id: nodeId(8), host: '10.0.0.8', flags: ['fail'] };
    const withGhost = [...nodes, ghost];
    const meeting: ModelNode = { ...nodes[3]!, id: nodeId(99), host: '10.0.0.7', flags: ['handshake'] };
    const looks = looksAt(nodes, {
      viewpoints: { [one]: { nodes: withGhost }, [two]: { nodes: [...nodes, meeting] } },
    });
    const found = judge(lookOf(looks), { earlier: lookOf(looks) });
    const [ghostly, stuck] = ['ghostNode', 'handshakeStuck'].map(code => found.find(other => other.code === code));
    assert.match(
      ghostly!.text,
      /^10\.0\.0\.8:7004 \(id 00000008\) is not there any more, and 10\.0\.0\.0:7001 still lists it\.$/,
    );
    assert.match(stuck!.text, /^10\.0\.0\.1:7002 tries to meet 10\.0\.0\.7:7004 /);
    assert.deepEqual(codes(found).sort(), ['ghostNode', 'handshakeStuck'], 'nothing of it twice');
  });

  it('says of a single slot whose owner is silent that it is assigned', () => {
    const single = changed(changed(nodes, one, { slots: '0-5460' }), two, { slots: '5461-10922' });
    const alone = changed(changed(single, three, { slots: '10924-16383' }), two, { slots: '10923' });
    const found = judge(lookOf(looksAt(changed(alone, one, { slots: '0-10922' }), { silent: [two] })));
    assert.match(
      found.find(({ code }) => code === 'nodeUnreachable')?.text ?? '',
      /Slot 10923 belongs to 10\.0\.0\.1:7002: it is assigned, and could not be checked\.$/,
    );
    const replica = judge(lookOf(looksAt(nodes, { silent: [four] }))).find(({ code }) => code === 'nodeUnreachable');
    assert.deepEqual([replica?.slots, /assigned/.test(replica!.text)], [undefined, false]);
  });

  it('has one thing to say where no member answers, and of servers that are in no cluster', () => {
    const everybody = nodes.map(({ id }) => id);
    const before = lookOf();
    const topology = mergeLooks(looksAt(nodes, { silent: everybody }), { previous: before.topology });
    assert.deepEqual(codes(judge({ ...before, topology })), ['noAnswer']);
    assert.deepEqual(judge(lookOf(looksAt([loneNode(21)]))), []);
  });

  it('counts stray keys in words for one and for several, and names all owners', () => {
    const stray = (bySlot: [number, number][], hidden = 0): CheckFinding[] =>
      judge(lookOf(), { strayKeys: new Map([[one, { bySlot: new Map(bySlot), hidden }]]) });
    const [single] = stray([[6000, 1]]);
    assert.match(
      single!.text,
      /^\S+ holds 1 key in slot 6000, which belongs to 10\.0\.0\.1:7002: no client finds it there\.$/,
    );
    assert.match(single!.remedy, /^Compare it with .* It comes from a move/);
    const [several] = stray([
      [6000, 1],
      [12000, 2],
    ]);
    assert.match(
      several!.text,
      /holds 3 keys in slots 6000,12000, which belong to 10\.0\.0\.1:7002 and 10\.0\.0\.2:7003: no client finds them there/,
    );
    assert.match(several!.remedy, /They come from a move/);
    assert.deepEqual([several!.nodeIds, several!.keys], [[one, two, three], { [one]: 3 }]);
    assert.match(stray([], 1)[0]!.remedy, /if it may matter\. It comes/);
    assert.match(stray([], 2)[0]!.text, /holds 2 keys in slots it does not own: no client finds them there/);
    assert.deepEqual(stray([]), []);
  });

  it('counts the keys in foreign databases of each member, and leaves other servers alone', () => {
    const held = (keysByDatabase: Record<string, number>) => ({ info: { keysByDatabase } });
    const lone = loneNode(21);
    const found = judge(
      lookOf([
        ...looksAt(nodes, {
          viewpoints: { [one]: held({ 0: 9, 1: 1 }), [two]: held({ 2: 3, 5: 4 }), [three]: held({ 0: 5 }) },
        }),
        { view: viewOf([lone], lone.id, held({ 3: 1 })) },
      ]),
    );
    const [databases, ...others] = found.filter(({ code }) => code === 'keysInOtherDatabases');
    assert.match(
      databases!.text,
      /^10\.0\.0\.0:7001 holds 1 key in database 1 and 10\.0\.0\.1:7002 holds 7 keys in database 2, 5\. This/,
    );
    assert.deepEqual([databases!.nodeIds, others], [[one, two], []]);
  });
});
