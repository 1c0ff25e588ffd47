import assert from 'node:assert/strict';
import { rankReplicas } from '../../../src/core/plan/failover/rankReplicas';
import { PlanError } from '../../../src/core/plan/planError';
import { planFailover, type FailoverRequest } from '../../../src/core/plan/planFailover';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { changed, looksAt, modelCluster, nodeId, type ModelNode, type Viewpoint } from '../topology/modelCluster';
import {
  firstMaster,
  firstReplica as replica,
  secondMaster,
  thirdMaster,
  topologyOf,
  type Scene,
} from './failoverScenes';

const secondReplica = nodeId(5);

function warnings(scene: Scene, request: Partial<FailoverRequest> = {}): Record<string, string> {
  const plan = planFailover(topologyOf(scene), { replica, ...request });
  return Object.fromEntries(plan.warnings.map(({ code, text }) => [code, text]));
}

function refusal(scene: Scene, request: Partial<FailoverRequest> = {}): PlanError {
  try {
    planFailover(topologyOf(scene), { replica, ...request });
  } catch (error) {
    assert(error instanceof PlanError, String(error));
    return error;
  }
  return assert.fail('it was planned');
}

/** Nodes by number, each on a host of its name; the others stay alone. */
function onHosts(nodes: readonly ModelNode[], hosts: Readonly<Record<number, string>>): ModelNode[] {
  return Object.entries(hosts).reduce<ModelNode[]>(
    (all, [number, host]) => changed(all, nodeId(Number(number)), { host }),
    [...nodes],
  );
}

describe('planFailover warns', () => {
  it('of masters that come to share a host, and that its loss would leave no majority', () => {
    const three = onHosts(modelCluster(3, 1), { 2: '10.1.0.1', 4: '10.1.0.1' });
    assert.equal(
      warnings({ nodes: three }).mastersShareHost,
      '10.1.0.1 then holds 2 of 3 masters: if it dies, no majority is left and nothing fails over by itself.',
    );
    const five = onHosts(modelCluster(5, 1), { 2: '10.1.0.1', 6: '10.1.0.1' });
    assert.equal(
      warnings({ nodes: five }, { replica: nodeId(6) }).mastersShareHost,
      '10.1.0.1 then holds 2 of 5 masters.',
    );
    const half = onHosts(modelCluster(4, 1), { 2: '10.1.0.1', 5: '10.1.0.1' });
    assert.match(
      warnings({ nodes: half }, { replica: nodeId(5) }).mastersShareHost ?? '',
      /2 of 4 masters: if it dies/,
    );
  });

  it('of no host where nothing gets worse: the old master sits there as well, or all are on one', () => {
    const together = onHosts(modelCluster(3, 1), { 1: '10.1.0.1', 2: '10.1.0.1', 4: '10.1.0.1' });
    assert.deepEqual(warnings({ nodes: together }), {});
    const one = modelCluster(3, 1).map(node => ({ ...node, host: '10.1.0.1' }));
    assert.deepEqual(warnings({ nodes: one }), {});
    // A master without slots has no vote, and a replica beside the other is none.
    const besides = onHosts(modelCluster(3, 1), { 5: '10.1.0.1', 4: '10.1.0.1' });
    assert.deepEqual(warnings({ nodes: besides }), {});
  });

  it('of another version from the second number on', () => {
    const running = (version: string, flavour: 'redis' | 'valkey' = 'redis') =>
      warnings({ viewpoints: { [replica]: { info: { version, flavour } } } }).mixedVersions;
    assert.match(running('7.2.1') ?? '', /^10\.0\.0\.3:7004 runs 7\.2\.1 and 10\.0\.0\.0:7001 7\.0\.15: /);
    assert.ok(running('8.0.15'));
    assert.ok(running('7.0.15', 'valkey'));
    assert.equal(running('7.0.2'), undefined);
  });

  it('when it is forced: of what was not sent, as far as it can be told', () => {
    const suspect = changed(modelCluster(3, 1), firstMaster, { flags: ['fail?'] });
    const viewpoints: Record<string, Viewpoint> = {
      [secondMaster]: { nodes: suspect },
      [firstMaster]: { info: { replicationOffset: 1700 } },
      [replica]: { info: { replicationOffset: 1000, keys: 5 } },
    };
    const up = warnings({ viewpoints }, { mode: 'force' });
    assert.match(up.unsentWrites ?? '', /are lost: 700 bytes at the last look\.$/);
    assert.deepEqual(Object.keys(up), ['unsentWrites']);
    viewpoints[replica] = { info: { replicationOffset: 1000, keys: 5, masterLink: 'down' } };
    assert.match(warnings({ viewpoints }, { mode: 'force' }).unsentWrites ?? '', /all since it broke is missing\.$/);
  });

  it('when it is forced: of the sibling that has received most, and only of one that could take over', () => {
    const nodes = changed(modelCluster(3, 3), firstMaster, { flags: ['fail'] });
    const [sibling, another] = [nodeId(7), nodeId(10)];
    const better = (given: Readonly<Record<string, Viewpoint['info']>>, silent: readonly string[] = []) => {
      const viewpoints = Object.fromEntries(Object.entries(given).map(([id, info]) => [id, { info: { ...info } }]));
      return warnings({ nodes, viewpoints, silent: [firstMaster, ...silent] }, { mode: 'force' }).betterReplica;
    };
    const most = { [sibling]: { replicationOffset: 1200 }, [another]: { replicationOffset: 1700 } };
    assert.match(better(most) ?? '', /^10\.0\.0\.9:7010, another .* has received 700 bytes more/);
    assert.match(
      better({ ...most, [another]: { replicationOffset: 1700, loading: true } }) ?? '',
      /^10\.0\.0\.6:7007,/,
    );
    assert.match(better(most, [another]) ?? '', /^10\.0\.0\.6:7007,/);
    assert.equal(better({}), undefined, 'they have all received the same');
  });

  it('when it is forced: of a replica without keys, but not where there is nothing to lose or it has some', () => {
    const nodes = changed(modelCluster(3, 1), firstMaster, { flags: ['fail'] });
    const forced = (keys: number) =>
      warnings({ nodes, silent: [firstMaster], viewpoints: { [replica]: { info: { keys } } } }, { mode: 'force' })
        .emptyReplica;
    assert.ok(forced(0));
    assert.equal(forced(1), undefined);
    const empty = changed(changed(modelCluster(4, 1), nodeId(4), { slots: '' }), thirdMaster, { slots: '8192-16383' });
    assert.equal(warnings({ nodes: empty }, { replica: nodeId(8), mode: 'takeover' }).emptyReplica, undefined);
  });

  it('when it is forced: of slots that are on their way to or from its master, not of those of others', () => {
    const nodes = changed(modelCluster(3, 1), firstMaster, { flags: ['fail'] });
    const forced = (viewpoints: Record<string, Viewpoint>) =>
      warnings({ nodes, silent: [firstMaster], viewpoints }, { mode: 'force' }).openSlots;
    assert.ok(forced({ [secondMaster]: { openSlots: `[6000->-${thirdMaster}] [7-<-${firstMaster}]` } }));
    assert.equal(forced({ [secondMaster]: { openSlots: `[6000->-${thirdMaster}]` } }), undefined);
    assert.equal(forced({}), undefined);
  });
});

describe('planFailover counts', () => {
  it('half of the masters as no majority, and none that is doubted, and names who does not vote', () => {
    const half = { nodes: modelCluster(4, 1), silent: [3, 4].map(nodeId) };
    const refused = refusal(half, { replica: nodeId(5) });
    assert.equal(refused.code, 'noMajority');
    assert.match(refused.message, /only 2 of 4 masters can vote, .* \(10\.0\.0\.2:7003 and 10\.0\.0\.3:7004 do not\)/);

    const doubted = changed(modelCluster(3, 1), secondMaster, { flags: ['fail?'] });
    const scene = { silent: [thirdMaster], viewpoints: { [firstMaster]: { nodes: doubted } } };
    assert.match(refusal(scene).message, /only 1 of 3 masters can vote/);
  });

  it('a single missing master as one', () => {
    const refused = refusal({ nodes: modelCluster(2, 1), silent: [nodeId(2)] }, { replica: nodeId(3) });
    assert.match(refused.message, /only 1 of 2 masters can vote, .* \(10\.0\.0\.1:7002 does not\)/);
  });

  it('no vote of a master without slots', () => {
    const nodes = changed(changed(modelCluster(4, 1), nodeId(4), { slots: '' }), thirdMaster, { slots: '8192-16383' });
    const silent = [nodeId(4), thirdMaster];
    const plan = planFailover(topologyOf({ nodes, silent }), { replica: nodeId(5) });
    assert.equal(plan.kind, 'failover');
  });

  it('only masters that the replica knows', () => {
    const known = modelCluster(3, 1).filter(({ id }) => id !== thirdMaster);
    const plan = planFailover(topologyOf({ silent: [thirdMaster], viewpoints: { [replica]: { nodes: known } } }), {
      replica,
    });
    assert.equal(plan.kind, 'failover');
    assert.equal(
      refusal({ silent: [secondMaster], viewpoints: { [replica]: { nodes: known } } }).code,
      'noMajority',
      'of the two it knows one is silent',
    );
  });
});

describe('planFailover refuses', () => {
  it('gracefully a master that has failed or loads, and says whether anybody can elect', () => {
    const failed = changed(modelCluster(3, 1), firstMaster, { flags: ['fail'] });
    const refused = refusal({ nodes: failed, viewpoints: { [firstMaster]: { nodes: modelCluster(3, 1) } } });
    assert.equal(refused.code, 'masterFailed');
    assert.match(
      refused.remedy ?? '',
      /elects a replica by itself .* If it does not, the mode "force" does without the master/,
    );
    const alone = refusal({ nodes: failed, silent: [firstMaster, secondMaster] });
    assert.equal(alone.code, 'masterFailed');
    assert.match(alone.remedy ?? '', /^Bring masters back until a majority answers\./);
    assert.equal(refusal({ viewpoints: { [firstMaster]: { info: { loading: true } } } }).code, 'masterLoading');
  });

  it('a replica that all take for failed, though it answers here', () => {
    const others = changed(modelCluster(3, 1), replica, { flags: ['fail'] });
    const viewpoints = { [replica]: { nodes: modelCluster(3, 1) } };
    assert.equal(refusal({ nodes: others, viewpoints }).code, 'replicaSuspect');
  });

  it('to take over without a vote from a master that is alive, with the mode that does it', () => {
    assert.match(refusal({}, { mode: 'takeover' }).remedy ?? '', /Use the mode "graceful"/);
    const suspect = changed(modelCluster(3, 1), firstMaster, { flags: ['fail?'] });
    const doubted = refusal({ viewpoints: { [secondMaster]: { nodes: suspect } } }, { mode: 'takeover' });
    assert.match(doubted.remedy ?? '', /Use the mode "force"/);
  });

  it('where nodes dispute the slots or the epoch of the master, and not for a quarrel of others', () => {
    const swapped = (from: string, to: string) => {
      const nodes = modelCluster(3, 1);
      const slots = nodes.find(({ id }) => id === from)!.slots;
      return changed(changed(nodes, from, { slots: '' }), to, { slots: `${slots}` });
    };
    const own = swapped(firstMaster, thirdMaster);
    assert.match(refusal({ viewpoints: { [thirdMaster]: { nodes: own } } }).message, /do not agree about its slots/);
    const others = swapped(secondMaster, thirdMaster);
    const plan = planFailover(topologyOf({ viewpoints: { [thirdMaster]: { nodes: others } } }), { replica });
    assert.equal(plan.kind, 'failover');
    const collision = changed(modelCluster(3, 1), secondMaster, { epoch: 1 });
    assert.equal(refusal({ nodes: collision }).code, 'epochCollision');
    assert.equal(planFailover(topologyOf({ nodes: collision }), { replica: nodeId(6) }).kind, 'failover');
  });

  it('while slots are open, those of both sides once and in their order', () => {
    const refused = refusal({
      viewpoints: {
        [firstMaster]: { openSlots: `[70->-${secondMaster}] [9->-${secondMaster}]` },
        [secondMaster]: { openSlots: `[9-<-${firstMaster}] [100-<-${firstMaster}] [10922-<-${thirdMaster}]` },
      },
    });
    assert.equal(refused.code, 'openSlots');
    assert.match(refused.message, /3 slots of .* are being moved \(9, 70 and 100\)/);
    const others = { [secondMaster]: { openSlots: `[10922-<-${thirdMaster}]` } };
    assert.equal(planFailover(topologyOf({ viewpoints: others }), { replica }).kind, 'failover');
  });

  it('what is no replica: an empty master, a server in no cluster', () => {
    const lone = { ...modelCluster(1)[0]!, id: nodeId(9), host: '10.9.0.9', slots: '' };
    const looks = [...looksAt(modelCluster(3, 1)), ...looksAt([lone])];
    const topology = mergeLooks(looks, { nowMilliseconds: 1_000_000 });
    assert.throws(() => planFailover(topology, { replica: lone.id }), { code: 'notInCluster' });
    const empty = changed(changed(modelCluster(4), nodeId(4), { slots: '' }), thirdMaster, { slots: '8192-16383' });
    const refused = refusal({ nodes: empty }, { replica: nodeId(4) });
    assert.match(refused.message, /is an empty master without replicas; .*It has no replica/);
    assert.match(refusal({ nodes: modelCluster(3) }, { replica: firstMaster }).message, /is a master already;/);
  });

  it('in words that fit the mode', () => {
    assert.match(refusal({ silent: [replica] }).message, /^\S+ cannot take over gracefully from \S+: /);
    assert.match(refusal({}, { mode: 'force' }).message, /^\S+ cannot be forced to take over from \S+: /);
    assert.match(refusal({}, { mode: 'takeover' }).message, /^\S+ shall not take over from \S+ without a vote: /);
  });
});

describe('planFailover, without a vote,', () => {
  it('leaves a master without slots where it is: nothing tells it that it was replaced', () => {
    const nodes = changed(changed(modelCluster(4, 1), nodeId(4), { slots: '' }), thirdMaster, { slots: '8192-16383' });
    const topology = topologyOf({ nodes });
    const plan = planFailover(topology, { replica: nodeId(8), mode: 'takeover' });
    const after = new Map(plan.after.nodes.map(node => [node.id, node]));
    assert.equal(after.get(nodeId(4))?.role, 'master');
    assert.equal(after.get(nodeId(8))?.role, 'master');
    const lost = planFailover(topologyOf({ silent: [secondMaster, thirdMaster] }), { replica, mode: 'takeover' });
    assert.equal(lost.after.nodes.find(({ id }) => id === firstMaster)?.role, 'replica');
    assert.equal(lost.after.nodes.find(({ id }) => id === secondReplica)?.master, '10.0.0.1:7002');
  });
});

describe('rankReplicas', () => {
  it('puts the newer version first where all else is the same, then the lower address, and says both', () => {
    const ranked = (versions: readonly [string, string]) => {
      const viewpoints = Object.fromEntries(
        [replica, nodeId(7)].map((id, index) => [id, { info: { version: versions[index]! } }]),
      );
      return rankReplicas(topologyOf({ nodes: modelCluster(3, 2), viewpoints }), firstMaster);
    };
    const first = (versions: readonly [string, string]) => ranked(versions)[0]?.node.id;
    assert.equal(first(['7.0.15', '7.2.0']), nodeId(7));
    assert.equal(first(['7.2.0', '7.0.15']), replica);
    assert.equal(first(['7.0.9', '7.0.15']), nodeId(7));
    assert.equal(first(['8.0', '7.9.9']), replica);
    assert.equal(first(['7.0.15', '7.0.15']), replica);
    assert.deepEqual(ranked(['7.0.15', '7.2.0'])[0]?.reasons, [
      'link up',
      'lag 0 bytes',
      'no other master on 10.0.0.6',
      'version 7.2.0',
    ]);
    assert.equal(ranked(['7.0.15', '7.2.0'])[0]?.lagBytes, 0);
  });

  it('tells what each has received when the master is silent, and of no lag', () => {
    const nodes = changed(modelCluster(3, 2), firstMaster, { flags: ['fail'] });
    const viewpoints = { [replica]: { info: { replicationOffset: 1500 } } };
    const [best, other] = rankReplicas(topologyOf({ nodes, viewpoints, silent: [firstMaster] }), firstMaster);
    assert.equal(best?.node.id, replica);
    assert.ok(best.reasons.includes('offset 1500'), best.reasons.join());
    assert.equal(other && 'lagBytes' in other, false);
  });

  it('counts only masters with slots as other masters, and names no host where there is one', () => {
    const nodes = onHosts(modelCluster(4, 1), { 2: '10.1.0.1', 3: '10.1.0.1', 4: '10.1.0.1', 5: '10.1.0.1' });
    const emptied = changed(changed(nodes, nodeId(4), { slots: '' }), nodeId(3), { slots: '8192-16383' });
    const reasons = (given: readonly ModelNode[]) =>
      rankReplicas(topologyOf({ nodes: given }), firstMaster)[0]?.reasons;
    assert.ok(reasons(emptied)?.includes('2 other masters on 10.1.0.1'), reasons(emptied)?.join());
    const one = modelCluster(3, 1).map(node => ({ ...node, host: '10.1.0.1' }));
    assert.deepEqual(reasons(one), ['link up', 'lag 0 bytes']);
  });

  it('is empty for a master that is not there', () => {
    assert.deepEqual(rankReplicas(topologyOf(), nodeId(77)), []);
  });
});
