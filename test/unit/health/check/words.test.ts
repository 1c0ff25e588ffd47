import assert from 'node:assert/strict';
import type { CheckFinding } from '../../../../src/core/health/check/types';
import { changed, looksAt, nodeId, type ModelNode, type Viewpoint } from '../../topology/modelCluster';
import { judge, lookOf, nodes } from './evidence';

const [one, two, three, four, five] = [1, 2, 3, 4, 5].map(nodeId) as [string, string, string, string, string];
const [first, second, third] = ['10.0.0.0:7001', '10.0.0.1:7002', '10.0.0.2:7003'] as const;

type Keys = Readonly<Record<string, Readonly<Record<number, number>>>>;

function finding(
  code: string,
  {
    viewpoints = {},
    keys = {},
    seen = nodes,
  }: { viewpoints?: Record<string, Viewpoint>; keys?: Keys; seen?: readonly ModelNode[] },
): CheckFinding {
  const counts = Object.entries(keys).map(([id, bySlot]) => {
    const counted = Object.entries(bySlot).map(([slot, count]) => [Number(slot), count] as const);
    return [id, new Map(counted)] as const;
  });
  const found = judge(lookOf(looksAt(seen, { viewpoints })), { keys: new Map(counts) });
  return (
    found.find(each => each.code === code) ?? assert.fail(`${code} is not among ${found.map(each => each.code).join()}`)
  );
}

describe('An open slot is told with the keys of each end, and what either way would do', () => {
  const open = (openSlots: Record<string, string>, keys: Keys = {}) =>
    finding('openSlots', {
      viewpoints: Object.fromEntries(Object.entries(openSlots).map(([id, text]) => [id, { openSlots: text }])),
      keys,
    });
  const both = { [one]: `[7->-${two}]`, [two]: `[7-<-${one}]` };

  it('at both ends', () => {
    const found = open(both, { [one]: { 7: 5 }, [two]: { 7: 1 } });
    assert.equal(found.text, `Slot 7 is on the way from ${first} (5 keys) to ${second} (1 key).`);
    assert.match(
      found.remedy,
      /Finishing moves 5 keys to 10\.0\.0\.1:7002, which owns it then; rolling back moves 1 key to/,
    );
    const empty = open(both, { [one]: { 7: 0 }, [two]: { 7: 0 } });
    assert.match(empty.remedy, /Finishing moves no key to .*; rolling back moves no key to/);
    assert.match(open(both).remedy, /Finishing moves whatever keys are left to/);
    assert.match(
      open({ [one]: `[7->-${two}] [8->-${two}]`, [two]: `[7-<-${one}] [8-<-${one}]` }).text,
      /^Slots 7-8 are on/,
    );
  });

  it('at the source alone', () => {
    const found = open({ [one]: `[7->-${two}] [8->-${two}]` }, { [one]: { 7: 2, 8: 3 }, [two]: { 7: 0, 8: 0 } });
    assert.match(
      found.text,
      /^10\.0\.0\.0:7001 \(5 keys\) gives slots 7-8 to 10\.0\.0\.1:7002 \(0 keys\), which does not take them:/,
    );
    assert.match(found.remedy, /Rolling back closes them at 10\.0\.0\.0:7001/);
    const left = open({ [one]: `[7->-${two}]` }, { [two]: { 7: 1 } });
    assert.match(left.remedy, /Rolling back moves 1 key of 10\.0\.0\.1:7002 to 10\.0\.0\.0:7001 and closes it/);
  });

  it('at the target alone, whose keys no client finds', () => {
    const found = open({ [two]: `[7-<-${one}]` }, { [two]: { 7: 4 } });
    assert.match(found.text, /10\.0\.0\.0:7001 serves it, and what 10\.0\.0\.1:7002 holds no client finds\.$/);
    assert.match(found.remedy, /it moves 4 keys of 10\.0\.0\.1:7002 to 10\.0\.0\.0:7001 and closes it at/);
    const empty = open({ [two]: `[7-<-${one}]` }, { [two]: { 7: 0 } });
    assert.match(empty.text, /10\.0\.0\.0:7001 serves it\.$/);
    assert.match(empty.remedy, /it closes it at 10\.0\.0\.1:7002/);
  });

  it('at ends that do not match, each for itself', () => {
    const found = open({ [one]: `[7->-${three}]`, [two]: `[7-<-${one}]` }, { [one]: { 7: 1 } });
    assert.equal(
      found.text,
      `Slot 7 is open and the ends do not match: ${first} (1 key) gives it to ${third} and ${second} takes it from ${first}. ${first} owns it.`,
    );
    const nobody = finding('openSlots', {
      seen: changed(nodes, one, { slots: '0-6 8-5461' }),
      viewpoints: { [two]: { openSlots: `[7-<-${three}]` } },
    });
    assert.match(nobody.text, /It belongs to no node\.$/);
    assert.match(nobody.remedy, /^Assign it to the node that holds the keys/);
  });

  it('towards a node that is lost, by the side that is left', () => {
    assert.match(
      open({ [one]: `[7->-${nodeId(77)}]` }).remedy,
      /Rolling back closes it at 10\.0\.0\.0:7001; keys that had been/,
    );
    assert.match(
      open({ [two]: `[7-<-${nodeId(77)}]` }, { [two]: { 7: 2 } }).remedy,
      /Closing it at 10\.0\.0\.1:7002 leaves 2 keys there that nobody reaches/,
    );
    const silent = judge(
      lookOf(looksAt(nodes, { silent: [two], viewpoints: { [one]: { openSlots: `[7->-${two}]` } } })),
    );
    assert.match(silent.find(({ code }) => code === 'openSlots')?.text ?? '', /but 10\.0\.0\.1:7002 does not answer\./);
  });

  it('at replicas alone', () => {
    assert.match(open({ [four]: `[7->-${two}]` }).text, /^10\.0\.0\.3:7004, a replica, still says that slot 7 is open/);
    const several = open({ [four]: `[7->-${two}]`, [five]: `[7-<-${one}]` });
    assert.match(several.text, /^10\.0\.0\.3:7004 and 10\.0\.0\.4:7005, replicas, still say that slot 7 is open/);
  });
});

describe('Owners of slots are told', () => {
  const claimed = (slots: string, epoch?: number) => {
    const claiming = changed(nodes, one, { slots: `0-5461 ${slots}` });
    const seen = epoch === undefined ? nodes : changed(nodes, one, { epoch });
    return {
      seen,
      viewpoints: { [one]: { nodes: epoch === undefined ? claiming : changed(claiming, one, { epoch }) } },
    };
  };

  it('when there are two, with epochs and keys, and who would win', () => {
    const keys = { [one]: { 9000: 3 } };
    const single = finding('slotsWithTwoOwners', { ...claimed('9000'), keys });
    assert.equal(
      single.text,
      `Slot 9000 has 2 owners by their own words: ${second} (epoch 2) and ${first} (epoch 1, 3 keys). Each of them takes writes.`,
    );
    assert.match(single.remedy, /delete their keys of this slot: look/);
    const several = finding('slotsWithTwoOwners', claimed('9000-9001'));
    assert.match(several.text, /^Slots 9000-9001 have 2 owners/);
    assert.match(several.remedy, /delete their keys of these slots: look/);
    assert.match(
      finding('slotsWithTwoOwners', claimed('9000', 2)).remedy,
      /^Their epochs are equal, so they cannot settle it/,
    );
  });

  it('only where two looks show the same claim', () => {
    const look = (slots: string) => lookOf(looksAt(nodes, { viewpoints: claimed(slots).viewpoints }));
    const told = (latest: string, earlier: string) =>
      judge(look(latest), { earlier: look(earlier) }).some(({ code }) => code === 'slotsWithTwoOwners');
    assert.equal(told('9000', '9000'), true);
    assert.equal(told('9000', '9001'), false);
  });

  it('when there is none, with who holds the keys, or that nobody does', () => {
    const lacking = (slots: string, keys: Keys) =>
      finding('slotsUnassigned', { seen: changed(nodes, one, { slots }), keys });
    const none = lacking('1-5461', { [one]: { 0: 0 }, [two]: { 0: 0 }, [three]: { 0: 0 } });
    assert.equal(
      none.text,
      'Slot 0 (1 of 16384) is assigned to no node: keys in it can be neither read nor written. No master that answers holds a key of it.',
    );
    assert.match(none.remedy, /^Find out who served it last/);
    assert.deepEqual(none.nodeIds, []);
    const held = lacking('1-5461', { [one]: { 0: 0 }, [two]: { 0: 1 }, [three]: { 0: 0 } });
    assert.match(held.text, /neither read nor written\. Of it, 10\.0\.0\.1:7002 holds 1 key\.$/);
    assert.match(held.remedy, /^Give it to the node that holds the keys/);
    assert.deepEqual(held.keys, { [one]: 0, [two]: 1, [three]: 0 });
    const several = lacking('2-5461', {});
    assert.match(several.text, /^Slots 0-1 \(2 of 16384\) are assigned to no node: keys in them/);
    assert.ok(!several.text.includes('No master that answers'));
  });

  it('when others see another one than themselves', () => {
    const moved = changed(changed(nodes, two, { slots: '5463-10922' }), three, { slots: '5462 10923-16383' });
    const disputed = finding('slotOwnerDisputed', {
      viewpoints: { [four]: { nodes: moved }, [five]: { nodes: moved } },
    });
    assert.equal(disputed.slots?.toString(), '5462');
    assert.deepEqual([disputed.severity, disputed.fix], ['warning', 'owners']);
  });
});

describe('A stranger is told with all who know of it', () => {
  it('a ghost, and a handshake', () => {
    const ghost: ModelNode = { ...nodes[3]!, id: nodeId(8), host: '10.0.0.8', flags: ['fail'] };
    const meeting: ModelNode = { ...nodes[3]!, id: nodeId(99), host: '10.0.0.7', flags: ['handshake'] };
    const listing = { nodes: [...nodes, ghost] };
    const found = finding('ghostNode', { viewpoints: { [one]: listing, [two]: listing } });
    assert.match(found.text, /and 10\.0\.0\.0:7001 and 10\.0\.0\.1:7002 still list it\.$/);
    assert.deepEqual([...found.nodeIds].sort(), [one, two, ghost.id].sort());
    const stuck = finding('handshakeStuck', { viewpoints: { [one]: { nodes: [...nodes, meeting] } } });
    assert.match(
      stuck.text,
      /^10\.0\.0\.0:7001 tries to meet 10\.0\.0\.7:7004 and gets no answer on the cluster bus\./,
    );
    assert.ok(stuck.nodeIds.includes(one) && stuck.nodeIds.length === 2);
  });
});
