import assert from 'node:assert/strict';
import { describePlan } from '../../../src/core/plan/describePlan';
import { planBalanceSlots } from '../../../src/core/plan/planBalanceSlots';
import { planDrain } from '../../../src/core/plan/planDrain';
import { planReshard, type ReshardRequest } from '../../../src/core/plan/planReshard';
import type { SlotMeasurements } from '../../../src/core/plan/slots/measurements';
import type { Plan } from '../../../src/core/plan/types';
import type { ServerInfo, Topology } from '../../../src/core/topology/types';
import { changed, modelCluster, nodeId, type ModelNode } from '../topology/modelCluster';
import { after, assertRefused, sceneOf, spareId, type Scene } from './memberTopologies';

const [first, second, third, replica] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];
const three = sceneOf();

function measured(given: Partial<SlotMeasurements> = {}): SlotMeasurements {
  return { keys: new Array<number>(16_384).fill(10), sources: {}, engines: {}, bigKeys: [], ...given };
}

function move(request: Partial<ReshardRequest> = {}, topology: Topology = three): Plan {
  return planReshard(topology, { slots: '0-99', to: second, ...request });
}

function warned({ warnings }: Plan, code: string): string | undefined {
  return warnings.find(warning => warning.code === code)?.text;
}

function stepText({ steps }: Plan, kind: string): string {
  return steps.find(step => step.kind === kind)?.text ?? assert.fail(`no step ${kind}`);
}

/** What these nodes say of themselves. */
function saying(infos: Record<string, Partial<ServerInfo>>, scene: Scene = {}): Topology {
  const viewpoints = Object.fromEntries(Object.entries(infos).map(([id, info]) => [id, { info }]));
  return sceneOf({ ...scene, viewpoints });
}

/** The first master has all slots, or the slots given. */
function owning(slots: readonly string[], nodes: readonly ModelNode[] = modelCluster(3, 1)): ModelNode[] {
  return nodes.map((node, index) => (node.role === 'master' ? { ...node, slots: slots[index] ?? '' } : node));
}

describe('A plan that moves slots warns', () => {
  const bigKey = (slot: number, blockMilliseconds: number) => ({
    nodeId: first,
    slot,
    name: `big:${slot}`,
    bytes: 1024,
    blockMilliseconds,
  });

  it('of one big key, and of the timeout only where it is known and too short', () => {
    const plan = move({ measurements: measured({ bigKeys: [bigKey(5, 400)] }) });
    assert.equal(
      warned(plan, 'bigKeys'),
      '1 big key stops both servers while it moves: "big:5" (1.0 KB, slot 5 of 10.0.0.0:7001) for about 400 ms.',
    );
    const within = move({ measurements: measured({ bigKeys: [bigKey(5, 400)], nodeTimeoutMilliseconds: 401 }) });
    assert.equal(warned(within, 'stopsBeyondTimeout'), undefined);
    const reached = move({ measurements: measured({ bigKeys: [bigKey(5, 400)], nodeTimeoutMilliseconds: 400 }) });
    assert.match(warned(reached, 'stopsBeyondTimeout') ?? '', /leave their slots \(5\) where they are/);
    const elsewhere = { ...bigKey(5, 400), nodeId: third };
    assert.equal(warned(move({ measurements: measured({ bigKeys: [elsewhere] }) }), 'bigKeys'), undefined);
  });

  it('of the pause in which an atomic move hands over, and of none of a classic one', () => {
    assert.match(warned(move({ engine: 'migrateSlots' }), 'handOffPause') ?? '', /pauses writes/);
    assert.equal(warned(move(), 'handOffPause'), undefined);
  });

  it('of a target that gets more than it has room for, all moves to it together', () => {
    const bytes = new Array<number>(16_384).fill(100);
    const full = (maxMemoryBytes: number) =>
      warned(
        planReshard(saying({ [second]: { usedMemoryBytes: 1000, maxMemoryBytes } }), {
          slots: '0-9,16380-16383',
          to: second,
          measurements: measured({ bytes }),
        }),
        'targetFull',
      );
    assert.equal(full(2400), undefined);
    assert.match(
      full(2399) ?? '',
      /^10\.0\.0\.1:7002 uses 1000 B of 2\.3 KB \(maxmemory\), and about 1\.4 KB shall go/,
    );
    assert.equal(full(0), undefined, 'no limit');
  });

  it('of masters without a working replica, but not where nobody has one', () => {
    const both = sceneOf({ silent: [5, 6].map(nodeId) });
    const plan = planReshard(both, { slots: 10, from: [first], to: [second, third] });
    assert.match(
      warned(plan, 'targetWithoutReplica') ?? '',
      /^10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 have no replica that works: .* when one of them dies.* Give them replicas first\.$/,
    );
    assert.equal(warned(move({}, sceneOf({ nodes: modelCluster(3) })), 'targetWithoutReplica'), undefined);
  });

  it('of each figure that was not measured slot by slot', () => {
    const sources = (bytes: 'sampled' | 'spread', load?: 'spread') =>
      measured({ sources: { [first]: { keys: 'counted', bytes, ...(load && { load }) } } });
    assert.equal(
      warned(move({ measurements: sources('spread', 'spread') }), 'measuresEstimated'),
      'Not all was measured slot by slot: the bytes of 10.0.0.0:7001 are its total, spread over the slots by keys; the load of 10.0.0.0:7001 is its total, spread over the slots by keys.',
    );
    const others = measured({ sources: { [third]: { keys: 'counted', bytes: 'sampled' } } });
    assert.equal(warned(move({ measurements: others }), 'measuresEstimated'), undefined, 'it gives nothing');
  });

  it('of masters that are emptied, with and without replicas, and of how few are left', () => {
    const bare = sceneOf({ nodes: modelCluster(3) });
    assert.equal(
      warned(planDrain(bare, { master: first }), 'masterEmptied'),
      '10.0.0.0:7001 gives all its slots away and stays a master without slots. It can be removed then.',
    );
    const two = planDrain(sceneOf({ nodes: modelCluster(3, 2) }), { master: first });
    assert.match(warned(two, 'masterEmptied') ?? '', /, with 10\.0\.0\.3:7004 and 10\.0\.0\.6:7007 as its replicas\./);
    const pair = sceneOf({ nodes: modelCluster(2, 1) });
    assert.match(
      warned(planDrain(pair, { master: first }), 'fewMasters') ?? '',
      /^Then only 1 master has slots: when it fails/,
    );
    assert.equal(warned(planDrain(sceneOf({ nodes: modelCluster(4) }), { master: first }), 'fewMasters'), undefined);
    assert.equal(warned(move(), 'masterEmptied'), undefined);
  });

  it('of an older target once, and of Valkey that gives up at both of its ends', () => {
    const old = saying({ [first]: { version: '8.0.2' }, [second]: { version: '7.0.15' } });
    assert.match(warned(move({}, old), 'olderTarget') ?? '', /\(8\.0\.2\)\. Then the move stops there/);
    const affected = { flavour: 'valkey' as const, version: '9.1.0' };
    const heavy = saying({ [first]: affected, [second]: affected, [third]: affected });
    assert.match(
      warned(move({ engine: 'migrateSlots' }, heavy), 'failsUnderHeavyWrites') ?? '',
      /^10\.0\.0\.0:7001 \(9\.1\.0\) and 10\.0\.0\.1:7002 \(9\.1\.0\): Valkey/,
    );
  });
});

describe('A plan that moves slots says in its steps', () => {
  it('who gives and takes how many, and how gently', () => {
    const one = move();
    assert.match(
      stepText(one, 'checkMoves'),
      /; 10\.0\.0\.0:7001 still owns these slots .*; 10\.0\.0\.1:7002 has room and holds no keys/,
    );
    assert.equal(
      stepText(one, 'moveSlots'),
      'Move 100 slots by SETSLOT and MIGRATE, so that clients feel at most 20 ms of it at p99: 100 from 10.0.0.0:7001 to 10.0.0.1:7002.',
    );
    const many = planReshard(sceneOf({ nodes: modelCluster(4, 1) }), {
      slots: 4,
      from: [first, second],
      to: [third, replica],
      latencyMilliseconds: 0,
    });
    assert.match(stepText(many, 'checkMoves'), / still own these slots .* have room and hold no keys/);
    assert.match(stepText(many, 'moveSlots'), /as fast as it goes, whatever clients feel of it: 2 from .* and 2 from /);
    assert.match(
      stepText(one, 'awaitOwners'),
      /^Wait until all 6 nodes that answer see the slots at 10\.0\.0\.1:7002\.$/,
    );
  });

  it('which masters it holds to what they are, at all nodes that answer of both ends', () => {
    const five = sceneOf({ nodes: modelCluster(5, 1), silent: [nodeId(7)] });
    const plan = planBalanceSlots(five, { weights: { [first]: 0, [second]: 0 } });
    const [held] = plan.steps.flatMap(step => (step.kind === 'lowerSetting' ? [step] : []));
    assert.match(held!.text, /so that 10\.0\.0\.0:7001 and 10\.0\.0\.1:7002 stay masters with their replicas after/);
    assert.ok(!held!.nodes.some(({ id }) => id === nodeId(7)));
    const drained = planDrain(sceneOf({ nodes: modelCluster(4, 1) }), { master: first, to: second });
    const [only] = drained.steps.flatMap(step => (step.kind === 'lowerSetting' ? [step] : []));
    assert.deepEqual(only!.nodes.map(({ id }) => id).sort(), [1, 2, 5, 6].map(nodeId));
    const restored = drained.steps.flatMap(step => (step.kind === 'restoreSettings' ? [step] : []));
    assert.deepEqual(restored[0]!.nodes, only!.nodes);
  });

  it('how long it takes: by keys that were not counted per slot, by bytes, and by what each server does in a second', () => {
    const seconds = (info: Partial<ServerInfo>, request: Partial<ReshardRequest> = {}): number =>
      move({ slots: '0-2730', ...request }, saying({ [first]: info })).estimateSeconds!;
    assert.equal(seconds({ keys: 0, usedMemoryBytes: 1e12 }), 1, 'no keys, no data');
    assert.equal(seconds({ keys: 10_000_000, usedMemoryBytes: 0 }), 32, 'half of the keys go');
    assert.equal(seconds({ keys: 10, usedMemoryBytes: 2e10 }), 176, 'half of the bytes go');
    assert.equal(seconds({ keys: 10, usedMemoryBytes: 2e10 }, { engine: 'migrateSlots' }), 12);
    assert.equal(seconds({ flavour: 'valkey', version: '8.1.1', keys: 0 }), 3, 'SETSLOT waits for replicas there');
    const minutes = describePlan(move({ slots: '0-2730' }, saying({ [first]: { keys: 10, usedMemoryBytes: 2e10 } })));
    assert.match(minutes, /^Time: about 3 minutes\.$/m);
  });

  it('what the loss of a host costs only where other masters vote afterwards', () => {
    const hosts = Object.fromEntries(
      modelCluster(3, 1).map(({ host, port }, index) => [`${host}:${port}`, `h${index % 3}`]),
    );
    const scene = sceneOf({ hosts });
    assert.equal(move({}, scene).placement, undefined);
    assert.ok(planDrain(scene, { master: first }).placement);
  });

  it('what each master holds then, where it was counted', () => {
    const keys = new Array<number>(16_384).fill(10).fill(-1, 5462, 10_923);
    const plan = planReshard(three, { slots: 1, from: [first], to: third, measurements: measured({ keys }) });
    assert.deepEqual(
      [first, second, third].map(id => after(plan, id)?.keys),
      [54_610, undefined, 54_620],
    );
    assert.equal(after(plan, replica)?.keys, undefined);
    const rows = describePlan(plan)
      .split('\n')
      .filter(line => line.startsWith('10.0.0.1:7002'));
    assert.match(rows[0]!, / 5461 +- +10\.0\.0\.4:7005/);
  });
});

describe('A plan that moves slots is refused', () => {
  it('for a node in doubt or still loading, as a source and as a target', () => {
    const suspected = { nodes: changed(modelCluster(3, 1), first, { flags: ['fail?'] }) };
    const doubted = sceneOf({ viewpoints: { [second]: suspected } });
    assertRefused(
      () => move({ from: [first] }, doubted),
      'sourceUnfit',
      /is not reached by 1 node: its keys cannot be moved/,
    );
    const loading = saying({ [second]: { loading: true } });
    assertRefused(() => move({}, loading), 'targetUnfit', /is still loading its data: slots moved there could be lost/);
    assertRefused(() => move({ slots: '5462', from: [second], to: first }, loading), 'sourceUnfit', /still loading/);
    assertRefused(
      () => move({ from: [first] }, sceneOf({ silent: [first] })),
      'sourceUnfit',
      /does not answer: its keys/,
    );
  });

  it('for names, with those that are known', () => {
    assertRefused(
      () => move({ to: '' }),
      'unknownNodes',
      /^A node without a name is not known here/,
      /known are 10\.0\.0\.0:7001, /,
    );
    assertRefused(() => move({ to: '0000000' }), 'ambiguousName', /can be any of 10\.0\.0\.0:7001 \(00000001\), /);
    assertRefused(
      () => move({ from: [first, '10.0.0.0:7001'] }),
      'duplicateNodes',
      /: as 0+1\w* and as 10\.0\.0\.0:7001/,
    );
    assertRefused(() => move({ from: [spareId] }), 'sourceOutside', /not in the cluster the slots shall go to/);
    assertRefused(() => move({ from: [replica] }), 'sourceIsReplica', /Name its master, 10\.0\.0\.0:7001/);
  });

  it('for slots, in words for one and for several', () => {
    assertRefused(() => move({ slots: '7,7' }), 'slotsRepeated', /^Slot 7 of "7,7" is named twice/);
    assertRefused(() => move({ slots: '5462' }), 'nothingToDo', /^10\.0\.0\.1:7002 has slot 5462 already/);
    assertRefused(
      () => move({ slots: '5462,11000', to: [second, third] }),
      'nothingToDo',
      /^10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 have slots 5462,11000 already/,
    );
    const four = sceneOf({ nodes: modelCluster(4) });
    assertRefused(
      () => planReshard(four, { slots: '12288', from: [first, second], to: third }),
      'notOwnedBySources',
      /^10\.0\.0\.0:7001 and 10\.0\.0\.1:7002 do not own slot 12288; 10\.0\.0\.3:7004 does\./,
    );
    assertRefused(
      () => move({ slots: '11000', from: [] }),
      'notOwnedBySources',
      /^No source owns slot 11000; 10\.0\.0\.2:7003 does/,
    );
    assertRefused(() => move({ slots: 5463, from: [first] }), 'tooManySlots', /7001 has 5,462\. .*Give at most 5,462/);
    assertRefused(
      () => move({ slots: 1, to: [first, second, third] }),
      'tooManySlots',
      /1 slot cannot move: the sources have none/,
    );
    const empty = sceneOf({ nodes: owning(['0-10922', '', '10923-16383']) });
    assertRefused(
      () => move({ slots: 1, from: [second], to: first }, empty),
      'tooManySlots',
      /has none\. .*have slots/,
    );
  });

  it('for an engine one of the two lacks, with what both have', () => {
    const engines = { [first]: ['classic' as const], [second]: ['migrateSlots' as const, 'classic' as const] };
    assertRefused(
      () => move({ engine: 'migrateSlots', measurements: measured({ engines }) }),
      'engineUnavailable',
      /^10\.0\.0\.0:7001 cannot move slots by CLUSTER MIGRATESLOTS/,
      /share SETSLOT and MIGRATE: choose that/,
    );
  });

  it('as balanced, with who is farthest from its share and what else could be asked', () => {
    const off = sceneOf({ nodes: owning(['0-5470', '5471-10922', '10923-16383']) });
    assertRefused(
      () => planBalanceSlots(off),
      'alreadyBalanced',
      /^The masters are as even by the slots as was asked for, .*: 10\.0\.0\.1:7002 is farthest from its share, by 0\.2 %\./,
      /A smaller threshold asks for more/,
    );
  });

  it('for weights nobody can have, with what to do instead', () => {
    const weigh = (id: string) => () => planBalanceSlots(three, { weights: { [id]: 2 } });
    assertRefused(weigh(replica), 'notMaster', /Give the weight to its master, 10\.0\.0\.0:7001/);
    assertRefused(weigh(spareId), 'notInCluster', /Add it as a master first/);
    assertRefused(
      () => planBalanceSlots(three, { by: 'load', measurements: measured() }),
      'measurementsNeeded',
      /The load of each slot is not measured/,
    );
    const keys = new Array<number>(16_384).fill(-1, 0, 16_384);
    assertRefused(
      () => planBalanceSlots(three, { by: 'keys', measurements: measured({ keys }) }),
      'measurementsNeeded',
      /The keys of each slot could not be measured on 10\.0\.0\.0:7001, 10\.0\.0\.1:7002 and 10\.0\.0\.2:7003/,
    );
  });
});

describe('A balance of slots', () => {
  it('says what had nothing to go by', () => {
    const zeros = new Array<number>(16_384).fill(0);
    const uneven = sceneOf({ nodes: owning(['0-8000', '8001-10922', '10923-16383']) });
    const told = (by: 'memory' | 'load') =>
      warned(
        planBalanceSlots(uneven, { by, measurements: measured({ bytes: zeros, load: zeros }) }),
        'nothingMeasured',
      );
    assert.equal(told('memory'), 'No slot has any memory: the slots are balanced by their number instead.');
    assert.match(told('load') ?? '', /^No slot has any load/);
  });

  it('leaves several empty masters out that are not well', () => {
    const nodes = owning(['0-5460', '5461-10922', '10923-16383'], modelCluster(6));
    const plan = planBalanceSlots(sceneOf({ nodes, silent: [5, 6].map(nodeId) }), { includeEmpty: true });
    assert.equal(
      warned(plan, 'emptyLeftOut'),
      '10.0.0.4:7005 and 10.0.0.5:7006 have no slots and are not well: they get none now.',
    );
    assert.match(plan.title, /over 4 masters/);
  });

  it('tells of a drain which empty masters get nothing', () => {
    const nodes = owning(['0-5460', '5461-10922', '10923-16383'], modelCluster(5));
    const plan = planDrain(sceneOf({ nodes }), { master: first });
    assert.match(
      warned(plan, 'emptyLeftOut') ?? '',
      /^10\.0\.0\.3:7004 and 10\.0\.0\.4:7005 have no slots and get none: .* gives them to one of these\.$/,
    );
  });

  it('counts more than three masters in a title', () => {
    const many = sceneOf({ nodes: modelCluster(6) });
    assert.equal(planReshard(many, { slots: 50, to: first }).title, 'Move 50 slots from 5 masters to 10.0.0.0:7001');
  });
});
