import assert from 'node:assert/strict';
import { describePlan } from '../../../src/core/plan/describePlan';
import { planBalanceSlots } from '../../../src/core/plan/planBalanceSlots';
import { planCommands } from '../../../src/core/plan/planCommands';
import { planDrain } from '../../../src/core/plan/planDrain';
import { planMarkdown } from '../../../src/core/plan/planMarkdown';
import { planReshard, slotsRefusal, type ReshardRequest } from '../../../src/core/plan/planReshard';
import type { BalanceSlotsRequest } from '../../../src/core/plan/slots/balanceAim';
import type { SlotMeasurements } from '../../../src/core/plan/slots/measurements';
import type { MigrationEngine, Plan, SlotMove } from '../../../src/core/plan/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { Topology } from '../../../src/core/topology/types';
import { summarizePlan } from '../../../src/extension/commands/summarizePlan';
import { changed, modelCluster, nodeId, type Viewpoint } from '../topology/modelCluster';
import {
  after,
  assertRefused,
  assertSound,
  kindsOf,
  sceneOf,
  spareId,
  withFailed,
  type Scene,
} from './memberTopologies';

const [first, second, third, replica] = [nodeId(1), nodeId(2), nodeId(3), nodeId(4)];
const three = sceneOf();
/** Masters 1 to 3 with all slots, 4 without; no replicas. */
const withEmpty = sceneOf({ nodes: changed(threeOfFour(), nodeId(4), { slots: '' }) });

function threeOfFour() {
  const slots = modelCluster(3).map(node => node.slots);
  return modelCluster(4).map((node, index) => ({ ...node, slots: slots[index] ?? '' }));
}

function measured(given: Partial<SlotMeasurements> = {}): SlotMeasurements {
  return { keys: new Array<number>(16_384).fill(10), sources: {}, engines: {}, bigKeys: [], ...given };
}

function movesOf({ steps }: Plan): SlotMove[] {
  return steps.flatMap(step => (step.kind === 'moveSlots' ? step.moves : []));
}

function shown(plan: Plan): string[] {
  return movesOf(plan).map(({ source, target, slots }) => `${portOf(source)} > ${portOf(target)}: ${slots}`);
}

function portOf({ address }: { address: string }): string {
  return address.split(':')[1]!;
}

function codesOf({ warnings }: Plan): string[] {
  return warnings.map(({ code }) => code);
}

function textOf({ warnings }: Plan, code: string): string {
  return warnings.find(warning => warning.code === code)?.text ?? assert.fail(`no warning ${code}`);
}

describe('planReshard', () => {
  const reshard = (request: ReshardRequest, topology: Topology = three): Plan =>
    assertSound(() => planReshard(topology, request), topology);

  it('takes a number from all others in proportion, from the ends that join what the target has', () => {
    const plan = reshard({ slots: 101, to: second });
    assert.deepEqual(shown(plan), ['7001 > 7002: 5411-5461', '7003 > 7002: 10923-10972']);
    assert.equal(plan.title, 'Move 101 slots from 10.0.0.0:7001 and 10.0.0.2:7003 to 10.0.0.1:7002');
    assert.deepEqual(kindsOf(plan), ['checkMoves', 'moveSlots', 'awaitOwners']);
    assert.equal(after(plan, second)!.slots, '5411-10972');
    assert.equal(plan.risk, 'none');
  });

  it('takes named slots, but for those that are there, and only from who has them', () => {
    assert.deepEqual(shown(reshard({ slots: '5400-5500,16383 7', to: second })), [
      '7001 > 7002: 7,5400-5461',
      '7003 > 7002: 16383',
    ]);
    assert.deepEqual(shown(reshard({ slots: '7', from: [first], to: '10.0.0.1:7002' })), ['7001 > 7002: 7']);
  });

  it('gives several targets as many each, and tells the whole of it', () => {
    const plan = reshard({ slots: 5, from: [first], to: [second, third] });
    assert.deepEqual(shown(plan), ['7001 > 7002: 5459-5461', '7001 > 7003: 5457-5458']);
    const owners = plan.steps.flatMap(step => (step.kind === 'awaitOwners' ? step.owners : []));
    assert.deepEqual(
      owners.map(({ node, slots }) => `${portOf(node)}: ${slots}`),
      ['7002: 5459-5461', '7003: 5457-5458'],
    );
  });

  it('takes whole ranges before it breaks one', () => {
    const nodes = changed(changed(modelCluster(3), first, { slots: '0-99 200-249 5000-5009' }), second, {
      slots: '100-199 250-4999 5010-10922',
    });
    const plan = reshard({ slots: 55, from: [first], to: third }, sceneOf({ nodes }));
    assert.deepEqual(shown(plan), ['7001 > 7003: 95-99,200-249']);
  });

  it('finds a node by the start of its id, in any case and from 4 digits on, and by its host name', () => {
    const lettered = nodeId(0xab120000);
    const named = sceneOf({
      nodes: modelCluster(3).map(node =>
        node.id === second ? { ...node, id: lettered, hostname: 'two.example' } : node,
      ),
    });
    for (const to of ['ab12', 'AB120000', 'two.example:7002', lettered])
      assert.deepEqual(shown(reshard({ slots: '7', to }, named)), ['7001 > 7002: 7'], to);
    assertRefused(() => planReshard(named, { slots: '7', to: 'ab1' }), 'unknownNodes', /^ab1 is not known here/);
  });

  it('tells before a plan is made why slots cannot be moved, and nothing of what else is wrong', () => {
    const told = (request: ReshardRequest, scene: Scene = {}): string | undefined =>
      slotsRefusal(sceneOf(scene), request);
    assert.equal(told({ slots: 100, to: second }), undefined);
    assert.match(told({ slots: '10-20,15-30', to: second })!, /^Slots 15-20 of "10-20,15-30" are named twice\. Name/);
    assert.match(told({ slots: '6000-6010', to: second })!, /has slots 6000-6010 already/);
    assert.match(
      told({ slots: 16_384, to: second })!,
      /^16,384 slots cannot move: .* have 10,923\. Give at most 10,923/,
    );
    assert.equal(told({ slots: 1, to: first }, withFailed(first)), undefined);
  });

  const refusals: [what: string, request: ReshardRequest, code: string, scene?: Scene][] = [
    ['a slot beyond the last', { slots: '16000-16384', to: second }, 'slotsOutOfRange'],
    ['a huge number in a range', { slots: '99999999999', to: second }, 'slotsOutOfRange'],
    ['what is no slot', { slots: '0-x', to: second }, 'slotsUnreadable'],
    ['a range that runs backwards', { slots: '10-5', to: second }, 'slotsUnreadable'],
    ['overlapping ranges', { slots: '0-10,5-7', to: second }, 'slotsRepeated'],
    ['a slot named twice', { slots: '7,7', to: second }, 'slotsRepeated'],
    ['no slots', { slots: ' ', to: second }, 'noSlots'],
    ['0 slots', { slots: 0, to: second }, 'noSlots'],
    ['half a slot', { slots: 0.5, to: second }, 'slotsUnreadable'],
    ['fewer than none', { slots: -1, to: second }, 'slotsUnreadable'],
    ['no number', { slots: NaN, to: second }, 'slotsUnreadable'],
    ['more than there are', { slots: 5463, from: [first], to: second }, 'tooManySlots'],
    ['an empty source', { slots: 1, from: [nodeId(4)], to: second }, 'tooManySlots', { nodes: threeOfFour() }],
    ['slots nobody owns', { slots: '0-1', to: second }, 'slotsUnowned', uncovered()],
    ['slots of somebody else', { slots: '0,16000', from: [first], to: second }, 'notOwnedBySources'],
    ['slots that are there already', { slots: '6000-6010', to: second }, 'nothingToDo'],
    ['an unknown target', { slots: 1, to: '10.0.0.9:1' }, 'unknownNodes'],
    ['too short a start of an id', { slots: 1, to: '000' }, 'unknownNodes'],
    ['a start many ids have', { slots: 1, to: '0000000' }, 'ambiguousName'],
    ['no target', { slots: 1, to: [] }, 'noTarget'],
    ['a target named twice', { slots: 1, to: [second, '10.0.0.1:7002'] }, 'duplicateNodes'],
    ['a replica', { slots: 1, to: replica }, 'targetIsReplica'],
    ['a target that failed', { slots: 1, to: first }, 'targetUnfit', withFailed(first)],
    ['a target that does not answer', { slots: 1, to: first }, 'targetUnfit', { silent: [first] }],
    ['the source itself', { slots: 1, from: [first, second], to: second }, 'sourceIsTarget'],
    ['a spare outside', { slots: 1, to: spareId }, 'targetOutside'],
    ['a replica as a source', { slots: 1, from: [replica], to: second }, 'sourceIsReplica'],
    ['a spare as a source', { slots: 1, from: [spareId], to: second }, 'sourceOutside'],
    ['a dead source', { slots: 1, from: [first], to: second }, 'sourceUnfit', withFailed(first)],
    ['a dead one among all others', { slots: 10, to: second }, 'sourceUnfit', withFailed(first)],
    ['no majority', { slots: 1, from: [first], to: second }, 'noMajority', withoutMajority()],
    ['disputed slots', { slots: 1, from: [first], to: second }, 'slotsDisputed', disputed()],
    ['open slots', { slots: 1, from: [first], to: second }, 'openSlots', opened()],
    ['a cluster that is down', { slots: 1, from: [first], to: second }, 'clusterDown', down()],
    ['a bound below 0', { slots: 1, to: second, latencyMilliseconds: -1 }, 'latencyUnreadable'],
  ];
  for (const [what, request, code, scene] of refusals)
    it(`refuses ${what}`, () => assertRefused(() => planReshard(sceneOf(scene), request), code));

  it('says to add a spare first, and which master a replica has', () => {
    assertRefused(() => planReshard(three, { slots: 1, to: spareId }), 'targetOutside', /Add it as a master first/);
    assertRefused(
      () => planReshard(three, { slots: 1, to: replica }),
      'targetIsReplica',
      /Name its master, 10\.0\.0\.0:7001/,
    );
  });

  it('refuses slots that are open between others, and names the way out', () => {
    for (const openSlots of [`[12300->-${nodeId(4)}]`, `[7-<-${nodeId(4)}]`])
      assertRefused(
        () =>
          planReshard(sceneOf({ nodes: modelCluster(4), viewpoints: { [third]: { openSlots } } }), {
            slots: 5,
            from: [first],
            to: second,
          }),
        'openSlots',
        /1 slot is open already \((12300|7)\).*"Fix" shows both/,
      );
  });

  it('leaves shards alone that have nothing to do with it: one of them may be dead', () => {
    const dead = sceneOf({ ...withFailed(third), nodes: fiveWithFailed(third) });
    assert.equal(shown(planReshard(dead, { slots: 5, from: [first], to: second })).length, 1);
  });
});

function uncovered(): Scene {
  return { nodes: changed(modelCluster(3, 1), first, { slots: '2-5461' }) };
}

function withoutMajority(): Scene {
  const nodes = changed(modelCluster(5, 1), nodeId(3), { flags: ['fail?'] });
  return { nodes, silent: [nodeId(3), nodeId(4), nodeId(5)] };
}

function disputed(): Scene {
  const seen = changed(modelCluster(3, 1), first, { slots: '0-5000' });
  const view: Viewpoint = { nodes: changed(seen, second, { slots: '5001-10922' }) };
  return { viewpoints: { [second]: view, [nodeId(5)]: view } };
}

function opened(): Scene {
  return { viewpoints: { [first]: { openSlots: `[7->-${second}]` } } };
}

function down(): Scene {
  return { viewpoints: { [second]: { state: 'fail' } } };
}

function fiveWithFailed(id: string) {
  return changed(modelCluster(5, 1), id, { flags: ['fail'] });
}

describe('planBalanceSlots', () => {
  const balance = (topology: Topology, request: BalanceSlotsRequest = {}): Plan =>
    assertSound(() => planBalanceSlots(topology, request), topology);
  const countAfter = (plan: Plan, id: string): number => SlotSet.parse(after(plan, id)!.slots).count;

  it('gives an empty master its share on request, in one move from each', () => {
    const plan = balance(withEmpty, { includeEmpty: true });
    assert.deepEqual(shown(plan), ['7001 > 7004: 4096-5461', '7002 > 7004: 5462-6826', '7003 > 7004: 15019-16383']);
    assert.equal(plan.title, 'Balance the slots over 4 masters: move 4,096 slots');
    assert.equal(after(plan, nodeId(4))!.role, 'master');
  });

  it('leaves empty masters as they are without that, unless they are named with a weight', () => {
    assertRefused(
      () => planBalanceSlots(withEmpty),
      'alreadyBalanced',
      /without slots take part when they are included/,
    );
    assert.equal(countAfter(balance(withEmpty, { weights: { [nodeId(4)]: 1 } }), nodeId(4)), 4096);
  });

  it('goes by weights', () => {
    const plan = balance(three, { weights: { '10.0.0.0:7001': 2, [second.slice(0, 8)]: 1 } });
    assert.deepEqual(
      [first, second, third].map(id => countAfter(plan, id)),
      [8192, 4096, 4096],
    );
  });

  it('empties a master with the weight 0, and holds it and its replicas to what they are', () => {
    const plan = balance(three, { weights: { [third]: 0 } });
    assert.deepEqual(kindsOf(plan), ['checkMoves', 'lowerSetting', 'moveSlots', 'awaitOwners', 'restoreSettings']);
    const [lower] = plan.steps.flatMap(step => (step.kind === 'lowerSetting' ? [step] : []));
    assert.equal(`${lower!.parameter} ${lower!.value}`, 'cluster-allow-replica-migration no');
    assert.deepEqual(new Set(lower!.nodes.map(({ id }) => id)), new Set([1, 2, 3, 4, 5, 6].map(nodeId)));
    assert.deepEqual([after(plan, third)!.role, after(plan, third)!.slots], ['master', '']);
    assert.equal(after(plan, nodeId(6))!.master, '10.0.0.2:7003');
    assert.match(textOf(plan, 'masterEmptied'), /stays a master without slots, with 10\.0\.0\.5:7006 as its replica/);
    assert.match(textOf(plan, 'fewMasters'), /only 2 masters have slots/);
  });

  it('shows what becomes of an emptied master that is not kept', () => {
    const plan = balance(three, { weights: { [third]: 0 }, keepEmptied: false });
    assert.deepEqual(kindsOf(plan), ['checkMoves', 'moveSlots', 'awaitOwners']);
    assert.deepEqual(
      [third, nodeId(6)].map(id => after(plan, id)!.master),
      ['10.0.0.1:7002', '10.0.0.1:7002'],
    );
    assert.match(textOf(plan, 'masterEmptied'), /becomes a replica, copies that master anew/);
  });

  it('warns that a master whose slots all go to one empty master can be taken for failed over', () => {
    const plan = balance(withEmpty, { weights: { [third]: 0, [nodeId(4)]: 1 } });
    assert.match(textOf(plan, 'emptiedMayFollow'), /gets exactly those of 10\.0\.0\.2:7003/);
    assert(!codesOf(plan).includes('fewMasters'));
    assert(!codesOf(balance(three, { weights: { [third]: 0 } })).includes('emptiedMayFollow'));
  });

  it('leaves alone what is within 2 % or 1 slot, or within the threshold', () => {
    const nodes = (count: number) =>
      changed(changed(modelCluster(3), first, { slots: `0-${count - 1}` }), second, { slots: `${count}-10922` });
    assertRefused(() => planBalanceSlots(sceneOf({ nodes: nodes(5571) })), 'alreadyBalanced', /by 2\.0 %/);
    assert.equal(movesOf(balance(sceneOf({ nodes: nodes(5572) }))).length, 1);
    assert.equal(movesOf(balance(sceneOf({ nodes: nodes(5571) }), { threshold: 0 })).length, 1);
    assertRefused(() => planBalanceSlots(sceneOf({ nodes: nodes(6000) }), { threshold: 10 }), 'alreadyBalanced');
    assertRefused(() => planBalanceSlots(three, { threshold: 0 }), 'alreadyBalanced', /exactly their shares/);
  });

  it('goes by keys, memory or load, and counts what moves', () => {
    const keys = Array.from({ length: 16_384 }, (_, slot) => (slot < 1000 ? 100 : 1));
    for (const [by, measurements] of [
      ['keys', measured({ keys })],
      ['memory', measured({ bytes: keys })],
      ['load', measured({ load: keys })],
    ] as const) {
      const plan = balance(three, { by, measurements });
      assert.match(plan.title, new RegExp(`^Balance the ${by} over 3 masters`));
      for (const id of [first, second, third]) {
        const held = [...SlotSet.parse(after(plan, id)!.slots)].reduce((sum, slot) => sum + keys[slot]!, 0);
        assert.ok(Math.abs(held - 115_384 / 3) <= 100, `${by}: ${held}`);
      }
    }
    const plan = balance(three, { by: 'keys', measurements: measured({ keys }) });
    assert.equal(
      movesOf(plan).reduce((sum, move) => sum + move.keys!, 0),
      104_462 - after(plan, first)!.keys!,
    );
    assert.equal(plan.before.nodes.find(({ id }) => id === first)!.keys, 104_462);
  });

  it('balances slots where there is nothing else to go by', () => {
    const measurements = measured({ keys: new Array<number>(16_384).fill(0) });
    const plan = balance(withEmpty, { by: 'keys', includeEmpty: true, measurements });
    assert.equal(countAfter(plan, nodeId(4)), 4096);
    assert.match(textOf(plan, 'nothingMeasured'), /hold no keys/);
  });

  const unknown = measured().keys.map((keys, slot) => (slot === 6000 ? -1 : keys));
  const refusals: [what: string, request: BalanceSlotsRequest, code: string, scene?: Scene][] = [
    ['keys that were not measured', { by: 'keys' }, 'measurementsNeeded'],
    ['bytes that were not asked for', { by: 'memory', measurements: measured() }, 'measurementsNeeded'],
    ['a slot nobody counted', { by: 'keys', measurements: measured({ keys: unknown }) }, 'measurementsNeeded'],
    ['a weight below 0', { weights: { [first]: -1 } }, 'weightUnreadable'],
    ['a weight that is no number', { weights: { [first]: NaN } }, 'weightUnreadable'],
    ['a weight without end', { weights: { [first]: Infinity } }, 'weightUnreadable'],
    ['a weight of a replica', { weights: { [replica]: 1 } }, 'notMaster'],
    ['a weight of somebody unknown', { weights: { nobody: 1 } }, 'unknownNodes'],
    ['a weight of one of many', { weights: { '0000000': 1 } }, 'ambiguousName'],
    ['two weights of one', { weights: { [first]: 1, '10.0.0.0:7001': 2 } }, 'duplicateNodes'],
    ['a weight of a spare outside', { weights: { [spareId]: 1 } }, 'notInCluster'],
    ['nothing but the weight 0', { weights: { [first]: 0, [second]: 0, [third]: 0 } }, 'noTarget'],
    ['a threshold below 0', { threshold: -1 }, 'thresholdUnreadable'],
    ['a dead master that would have to give', { weights: { [first]: 0 } }, 'sourceUnfit', withFailed(first)],
    ['a dead master that would have to take', { weights: { [second]: 0 } }, 'targetUnfit', withFailed(first)],
    ['open slots', { weights: { [first]: 0 } }, 'openSlots', opened()],
    ['no cluster', {}, 'noCluster', { nodes: [] }],
  ];
  for (const [what, request, code, scene] of refusals)
    it(`refuses ${what}`, () => assertRefused(() => planBalanceSlots(sceneOf(scene), request), code));

  it('leaves an empty master out that is not well, and says so', () => {
    const nodes = [...threeOfFour(), { ...modelCluster(5)[4]!, slots: '' }];
    const plan = balance(sceneOf({ nodes, silent: [nodeId(5)] }), { includeEmpty: true });
    assert.equal(countAfter(plan, nodeId(4)), 4096);
    assert.match(textOf(plan, 'emptyLeftOut'), /10\.0\.0\.4:7005 has no slots and is not well/);
  });
});

describe('plans that move slots', () => {
  const engines = (...each: [string, MigrationEngine[]][]): SlotMeasurements =>
    measured({ engines: Object.fromEntries(each) });
  const move = (request: Partial<ReshardRequest> = {}, topology: Topology = three): Plan =>
    planReshard(topology, { slots: '0-99', to: second, ...request });

  it('choose the best engine both ends have', () => {
    const engineOf = (plan: Plan): string => movesOf(plan)[0]!.engine;
    assert.equal(engineOf(move()), 'classic');
    const both = engines([first, ['migrateSlots', 'classic']], [second, ['migrateSlots', 'classic']]);
    assert.equal(engineOf(move({ measurements: both })), 'migrateSlots');
    assert.equal(engineOf(move({ measurements: both, engine: 'classic' })), 'classic');
    const one = engines([first, ['migrationImport', 'classic']], [second, ['classic']]);
    assert.equal(engineOf(move({ measurements: one })), 'classic');
    assertRefused(
      () => move({ measurements: one, engine: 'migrationImport' }),
      'engineUnavailable',
      /10\.0\.0\.1:7002 cannot/,
    );
  });

  it('tell a big key with the time it stops the servers for, and that it outlasts the node timeout', () => {
    const key = (slot: number, blockMilliseconds: number) => ({
      nodeId: first,
      slot,
      name: `big:${slot}`,
      bytes: 83_886_080,
      blockMilliseconds,
    });
    const bigKeys = [key(5, 1400), key(50, 6000), key(500, 9000)];
    const plan = move({ measurements: measured({ bigKeys, nodeTimeoutMilliseconds: 5000 }) });
    assert.equal(plan.risk, 'interruptsWrites');
    assert.match(
      textOf(plan, 'bigKeys'),
      /2 big keys stop .*"big:50" \(80 MB, slot 50 of 10\.0\.0\.0:7001\) for about 6\.0 s and "big:5" .* 1\.4 s; cluster-node-timeout is 5\.0 s/,
    );
    assert.match(textOf(plan, 'stopsBeyondTimeout'), /call 10\.0\.0\.0:7001 failed .*their slots \(50\)/);
    const atomic = { ...engines([first, ['migrationImport']], [second, ['migrationImport']]), bigKeys };
    assert(!codesOf(move({ measurements: atomic })).includes('bigKeys'));
    assert.equal(move({ measurements: atomic }).risk, 'interruptsWrites');
  });

  it('warn of a target that would be full, of one without a replica, and of what was not measured', () => {
    const full = sceneOf({
      viewpoints: { [second]: { info: { usedMemoryBytes: 900_000, maxMemoryBytes: 1_000_000 } } },
      silent: [nodeId(5)],
    });
    const sources = { [first]: { keys: 'counted', bytes: 'sampled' } } as const;
    const bytes = new Array<number>(16_384).fill(2000);
    const plan = move({ measurements: measured({ bytes, sources }) }, full);
    assert.match(textOf(plan, 'targetFull'), /uses 879 KB of 977 KB \(maxmemory\), and about 195 KB shall go there/);
    assert.match(textOf(plan, 'targetWithoutReplica'), /10\.0\.0\.1:7002 has no replica that works/);
    assert.match(textOf(plan, 'measuresEstimated'), /bytes of 10\.0\.0\.0:7001 are reckoned from a sample/);
    assert.deepEqual(codesOf(move({ measurements: measured() })), []);
  });

  it('warn of a target older than the source, by more than a patch', () => {
    const versions = (source: string, target: string) =>
      sceneOf({ viewpoints: { [first]: { info: { version: source } }, [second]: { info: { version: target } } } });
    assert.match(
      textOf(move({}, versions('8.0.2', '7.0.15')), 'olderTarget'),
      /10\.0\.0\.1:7002 \(7\.0\.15\) from 10\.0\.0\.0:7001 \(8\.0\.2\)/,
    );
    for (const [source, target] of [
      ['7.0.15', '7.0.5'],
      ['7.0.15', '8.0.2'],
      ['8.9.0', '8.10.0'],
    ] as const)
      assert(!codesOf(move({}, versions(source, target))).includes('olderTarget'), `${source} > ${target}`);
  });

  it('warn of the Valkey versions that give up under heavy writes', () => {
    const versions: [string, boolean][] = [
      ['9.0.4', false],
      ['9.0.5', true],
      ['9.1.0', true],
      ['9.1.1', true],
      ['9.1.2', false],
    ];
    const atomic = engines([first, ['migrateSlots', 'classic']], [second, ['migrateSlots', 'classic']]);
    for (const [version, isAffected] of versions) {
      const scene = sceneOf({ viewpoints: { [first]: { info: { flavour: 'valkey', version } } } });
      const warned = codesOf(move({ measurements: atomic }, scene)).includes('failsUnderHeavyWrites');
      assert.equal(warned, isAffected, version);
      assert(!codesOf(move({}, scene)).includes('failsUnderHeavyWrites'));
    }
  });

  it('estimate the time: longer with more keys, under a lower bound and by hand than in one piece', () => {
    const million = measured({ keys: new Array<number>(16_384).fill(10_000) });
    const seconds = (given: Partial<ReshardRequest>): number =>
      move({ slots: '0-999', measurements: million, ...given }).estimateSeconds!;
    assert.equal(move().estimateSeconds, 1);
    assert.equal(seconds({}), 63);
    assert.equal(seconds({ latencyMilliseconds: 0 }), 63);
    assert.equal(seconds({ latencyMilliseconds: 5 }), 252);
    const atomic = { ...engines([first, ['migrateSlots']], [second, ['migrateSlots']]), keys: million.keys };
    assert.equal(seconds({ measurements: atomic, latencyMilliseconds: 5 }), 25);
  });

  it('count disjoint pairs side by side, and those of one node one after another', () => {
    const keys = new Array<number>(16_384).fill(1000);
    const six = sceneOf({ nodes: modelCluster(4) });
    const pair = planReshard(six, { slots: 1000, from: [first], to: second, measurements: measured({ keys }) });
    const hub = planReshard(six, { slots: 2000, from: [first], to: [second, third], measurements: measured({ keys }) });
    assert.equal(pair.estimateSeconds, 7);
    assert.equal(hub.estimateSeconds, 14);
  });

  it('are described with keys, bytes, moves and time', () => {
    const bytes = new Array<number>(16_384).fill(1024);
    const plan = move({ measurements: measured({ bytes }) });
    const text = describePlan(plan);
    assert.match(text, /^Time: about 1 second\.$/m);
    assert.match(text, /^Master +Host +Slots +Count +Keys +Bytes +Replicas$/m);
    assert.match(text, /^10\.0\.0\.1:7002 .* 5561 +55610 +5\.4 MB +10\.0\.0\.4:7005/m);
    assert.match(
      text.replace(/\s+/g, ' '),
      /Moves 10\.0\.0\.0:7001 -> 10\.0\.0\.1:7002: 100 slots \(0-99\), 1,000 keys, 100 KB, by SETSLOT and MIGRATE/,
    );
    const markdown = planMarkdown(plan);
    assert.match(markdown, /^\*\*Time:\*\* about 1 second\.$/m);
    assert.match(markdown, /^- 10\.0\.0\.0:7001 -> 10\.0\.0\.1:7002: 100 slots/m);
    assert.match(markdown, /\*\*master of 100-5461, 53,620 keys, 5\.2 MB\*\*/);
    const lines = summarizePlan(plan).split('\n');
    assert.equal(
      lines[0],
      '10.0.0.0:7001 (10.0.0.0): 5,462 slots, 54,620 keys, 5.3 MB → 5,362 slots, 53,620 keys, 5.2 MB',
    );
    assert.equal(lines[2], 'Takes about 1 s.');
  });

  it('stand as commands: one for an atomic move, SETSLOT by ranges and the fix of redis-cli for a classic one', () => {
    const commands = (plan: Plan): string[] => planCommands(plan).filter(line => !line.startsWith('#'));
    const source = 'redis-cli -h 10.0.0.0 -p 7001';
    const target = 'redis-cli -h 10.0.0.1 -p 7002';
    assert.deepEqual(commands(move({ slots: '0-99,200' })), [
      `for slot in $(seq 0 99) 200; do ${target} CLUSTER SETSLOT $slot IMPORTING ${first} && ${source} CLUSTER SETSLOT $slot MIGRATING ${second}; done`,
      'redis-cli --cluster fix 10.0.0.0:7001',
    ]);
    assert.deepEqual(commands(move({ slots: '0-99,200', engine: 'migrateSlots' })), [
      `${source} CLUSTER MIGRATESLOTS SLOTSRANGE 0 99 200 200 NODE ${second}`,
    ]);
    assert.deepEqual(commands(move({ slots: '0-99,200', engine: 'migrationImport' })), [
      `${target} CLUSTER MIGRATION IMPORT 0 99 200 200`,
    ]);
  });
});

describe('planDrain', () => {
  it('is called a drain, spreads slots over those who serve, and says who gets none', () => {
    const plan = planDrain(withEmpty, { master: first });
    assert.equal(plan.title, 'Drain 10.0.0.0:7001: move 5,462 slots to 10.0.0.1:7002 and 10.0.0.2:7003');
    assert.equal(after(plan, first)?.slots, '');
    assert.match(textOf(plan, 'emptyLeftOut'), /^10\.0\.0\.3:7004 has no slots and gets none/);
    assert(!codesOf(planDrain(three, { master: first })).includes('emptyLeftOut'));
    assert(!codesOf(planDrain(withEmpty, { master: first, to: second })).includes('emptyLeftOut'));
  });

  it('takes masters without slots where no other serves', () => {
    const nodes = modelCluster(3).map((node, index) => ({ ...node, slots: index === 0 ? '0-16383' : '' }));
    const plan = planDrain(sceneOf({ nodes }), { master: first });
    assert.deepEqual(
      [first, second, third].map(id => SlotSet.parse(after(plan, id)?.slots ?? '').count),
      [0, 8192, 8192],
    );
  });
});

describe('slots named that a target has', () => {
  it('stay there, which the plan says', () => {
    const plan = planReshard(three, { slots: '100-200,11000-11010', to: third });
    assert.match(textOf(plan, 'alreadyThere'), /7003 has slots 11000-11010 already: these 11 stay there/);
    assert.match(
      textOf(planReshard(three, { slots: '1,11000', to: third }), 'alreadyThere'),
      /slot 11000 already: it stays/,
    );
    assert(!codesOf(planReshard(three, { slots: '1', to: third })).includes('alreadyThere'));
  });
});
