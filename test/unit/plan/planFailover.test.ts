import assert from 'node:assert/strict';
import { rankReplicas } from '../../../src/core/plan/failover/rankReplicas';
import { planFailover, type FailoverRequest } from '../../../src/core/plan/planFailover';
import { describePlan } from '../../../src/core/plan/describePlan';
import { PlanError } from '../../../src/core/plan/planError';
import { changed, modelCluster, nodeId, type ModelNode, type Viewpoint } from '../topology/modelCluster';
import { firstMaster, firstReplica, secondMaster, thirdMaster, topologyOf, type Scene } from './failoverScenes';

/** What one node says of itself in INFO. */
function info(facts: Viewpoint['info']): Viewpoint {
  return { info: { ...facts } };
}

function refused(scene: Scene, request: Partial<FailoverRequest>, code: string, ...texts: RegExp[]): void {
  assert.throws(
    () => planFailover(topologyOf(scene), { replica: firstReplica, ...request }),
    (error: unknown) => {
      assert(error instanceof PlanError, String(error));
      assert.equal(error.code, code, error.message);
      for (const text of texts) assert.match(error.message, text);
      assert.match(error.message, /Nothing was changed\./);
      assert(error.remedy, 'it says what would make it possible');
      return true;
    },
  );
}

const followed = (nodes: readonly ModelNode[], id: string): ModelNode[] => changed(nodes, id, { flags: ['fail'] });

describe('planFailover', () => {
  it('tells each thing in the way once, with what to do about it, and waits for no election where none can be', () => {
    const flags = { flags: ['fail'] };
    const nodes = changed(changed(modelCluster(3, 1), firstMaster, flags), secondMaster, flags);
    const silent = [firstMaster, secondMaster];
    const refusal = (scene: Scene): PlanError => {
      try {
        planFailover(topologyOf(scene), { replica: firstReplica });
      } catch (error) {
        if (error instanceof PlanError) return error;
        throw error;
      }
      assert.fail('it was planned');
    };
    const without = refusal({ nodes, silent });
    assert.equal(without.reasons.length, 2);
    assert.match(without.reasons[0]!, /^10\.0\.0\.0:7001 .* cannot hand over/);
    assert.match(
      without.reasons[1]!,
      /^Only 1 of 3 masters can vote, .* Bring masters back until a majority answers\./,
    );
    assert.equal(without.message.match(/until a majority answers/g)?.length, 1, without.message);
    assert.doesNotMatch(without.message, /elects? a replica by itself|elected a replica/);
    const withMajority = refusal({ nodes: changed(modelCluster(3, 1), firstMaster, flags), silent: [firstMaster] });
    assert.match(withMajority.reasons.join(), /elects a replica by itself .* "force"/);
  });

  it('makes the replica master of the slots of its master, which follows it, and leaves all others', () => {
    const topology = topologyOf();
    const plan = planFailover(topology, { replica: firstReplica });
    assert.equal(plan.kind, 'failover');
    assert.equal(plan.stateId, topology.stateId);
    assert.equal(plan.risk, 'interruptsWrites');
    assert.deepEqual(plan.warnings, []);
    const after = new Map(plan.after.nodes.map(node => [node.id, node]));
    assert.equal(after.get(firstReplica)?.role, 'master');
    assert.equal(after.get(firstReplica)?.slots, '0-5461');
    assert.equal(after.get(firstReplica)?.master, undefined);
    assert.equal(after.get(firstMaster)?.master, after.get(firstReplica)?.address);
    assert.equal(after.get(firstMaster)?.slots, '');
    const untouched = plan.before.nodes.filter(({ id }) => id !== firstMaster && id !== firstReplica);
    assert.equal(untouched.length, 4);
    for (const node of untouched) assert.deepEqual(after.get(node.id), node);
    assert.deepEqual(
      plan.steps.map(({ kind }) => kind),
      ['checkFailover', 'failOver', 'awaitRoles'],
    );
  });

  it('takes the replica by its id or its address and gives plain data, the same both times', () => {
    const topology = topologyOf();
    const { address } = topology.nodes.find(({ id }) => id === firstReplica)!;
    const plan = planFailover(topology, { replica: firstReplica });
    assert.deepEqual(planFailover(topology, { replica: address }), plan);
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  });

  it('lets the other replicas of the shard follow the new master', () => {
    const plan = planFailover(topologyOf({ nodes: modelCluster(3, 2) }), { replica: firstReplica });
    const sibling = plan.after.nodes.find(({ id }) => id === nodeId(7));
    assert.equal(sibling?.master, plan.after.nodes.find(({ id }) => id === firstReplica)?.address);
    const last = plan.steps.at(-1);
    assert(last?.kind === 'awaitRoles');
    assert.deepEqual(
      last.siblings.map(({ id }) => id),
      [nodeId(7)],
    );
  });

  it('is described with what changes', () => {
    const text = describePlan(planFailover(topologyOf(), { replica: firstReplica }));
    assert.match(
      text,
      /^Changes\n {2}\S+: master of 0-5461 -> replica of \S+\n {2}\S+: replica of \S+ -> master of 0-5461$/m,
    );
  });

  it('refuses a master, and names its replicas, best first', () => {
    const scene = {
      nodes: modelCluster(3, 2),
      viewpoints: { [firstReplica]: info({ masterLink: 'down' }) },
    };
    refused(
      scene,
      { replica: firstMaster },
      'isMaster',
      /is a master already/,
      /best first: 10\.0\.0\.6:7007 \(.*; 10\.0\.0\.3:7004 \(its link/,
    );
  });

  it('refuses a name nobody knows', () => {
    refused({}, { replica: '1.2.3.4:5' }, 'unknownNodes', /1\.2\.3\.4:5 is not known here/);
  });

  it('refuses a replica that is silent, loads or still copies, whatever the mode', () => {
    for (const mode of ['graceful', 'force', 'takeover'] as const) {
      refused({ silent: [firstReplica] }, { mode }, 'replicaUnreachable', /refused the connection/);
      refused({ viewpoints: { [firstReplica]: info({ loading: true }) } }, { mode }, 'replicaLoading');
      refused(
        { viewpoints: { [firstReplica]: info({ syncing: true, masterLink: 'down' }) } },
        { mode },
        'replicaSyncing',
        /holds only a part/,
      );
    }
  });

  it('refuses gracefully what the server would accept and then not do', () => {
    refused({ viewpoints: { [firstReplica]: info({ masterLink: 'down' }) } }, {}, 'linkDown', /masterauth/);
    const ahead = { [firstMaster]: info({ replicationOffset: 50_000_000 }) };
    refused({ viewpoints: ahead }, {}, 'replicaLagging', /48 MB behind/);
    refused({ silent: [firstMaster] }, {}, 'masterUnreachable', /give up silently after 5 s/, /"force"/);
    refused({ silent: [secondMaster, thirdMaster] }, {}, 'noMajority', /only 1 of 3 masters/, /"takeover"/);
    const suspected = { [secondMaster]: { nodes: changed(modelCluster(3, 1), firstMaster, { flags: ['fail?'] }) } };
    refused({ viewpoints: suspected }, {}, 'masterSuspect', /1 node cannot reach/);
    const doubted = { [secondMaster]: { nodes: changed(modelCluster(3, 1), firstReplica, { flags: ['fail?'] }) } };
    refused({ viewpoints: doubted }, {}, 'replicaSuspect', /would not vote for it/);
  });

  it('refuses while some node takes the replica for that of another master', () => {
    const other = changed(modelCluster(3, 1), firstReplica, { masterId: secondMaster });
    refused({ viewpoints: { [firstMaster]: { nodes: other } } }, {}, 'rolesUnsettled', /plan again/);
  });

  it('refuses gracefully while a slot of the shard is on its way, whoever says so, and only warns where the master is lost', () => {
    const migrating = { [firstMaster]: { openSlots: `[7->-${secondMaster}]` } };
    refused({ viewpoints: migrating }, {}, 'openSlots', /1 slot of .* is being moved \(7\)/);
    const importing = { [secondMaster]: { openSlots: `[7-<-${firstMaster}]` } };
    refused({ viewpoints: importing }, {}, 'openSlots');
    const forced = planFailover(topologyOf({ viewpoints: importing, silent: [firstMaster] }), {
      replica: firstReplica,
      mode: 'force',
    });
    assert(forced.warnings.some(({ code }) => code === 'openSlots'));
  });

  it('refuses force while the master lives, and takeover while a majority can vote', () => {
    refused({}, { mode: 'force' }, 'masterAlive', /graceful/);
    refused({}, { mode: 'takeover' }, 'majorityPresent', /3 of 3 masters answer/);
    refused({ silent: [firstMaster] }, { mode: 'takeover' }, 'majorityPresent', /"force"/);
    refused({ silent: [firstMaster, secondMaster] }, { mode: 'force' }, 'noMajority', /1 of 3/);
  });

  it('says of force what can be lost, and by which replica less', () => {
    const nodes = followed(modelCluster(3, 2), firstMaster);
    const viewpoints = { [nodeId(7)]: info({ replicationOffset: 1700 }) };
    const plan = planFailover(topologyOf({ nodes, viewpoints, silent: [firstMaster] }), {
      replica: firstReplica,
      mode: 'force',
    });
    assert.equal(plan.risk, 'losesData');
    const texts = plan.warnings.map(({ text }) => text).join('\n');
    assert.match(texts, /Writes that .* took and did not send to .* are lost: how much that is cannot be told/);
    assert.match(texts, /has received 700 bytes more/);
    assert.match(texts, /holds no keys at all/);
  });

  it('says of a takeover that two nodes can own the same slots', () => {
    const plan = planFailover(topologyOf({ silent: [secondMaster, thirdMaster] }), {
      replica: firstReplica,
      mode: 'takeover',
    });
    assert.equal(plan.risk, 'losesData');
    const [warning] = plan.warnings;
    assert.equal(warning?.code, 'splitBrain');
    assert.match(warning.text, /answers now, so it is alive/);
  });

  it('knows that Redis never elects for a master without slots and that Valkey 8 does', () => {
    const nodes = changed(changed(modelCluster(4, 1), nodeId(4), { slots: '' }), nodeId(3), { slots: '8192-16383' });
    const replica = nodeId(8);
    refused({ nodes }, { replica }, 'emptyMaster', /Redis never elects/, /"takeover"/);
    const plan = planFailover(topologyOf({ nodes }), { replica, mode: 'takeover' });
    assert.equal(plan.risk, 'losesData');
    const valkey = { [replica]: info({ flavour: 'valkey', version: '8.0.1' }) };
    assert.equal(planFailover(topologyOf({ nodes, viewpoints: valkey }), { replica }).risk, 'interruptsWrites');
  });

  describe('after an election of the same replica', () => {
    const recent = { recentPromotions: { [firstReplica]: 26_000 }, nodeTimeoutMilliseconds: 15_000 };

    it('waits for what is left of 4 x node timeout, between two checks', () => {
      const plan = planFailover(topologyOf(), { replica: firstReplica, ...recent });
      assert.deepEqual(
        plan.steps.map(({ kind }) => kind),
        ['checkFailover', 'awaitCooldown', 'checkFailover', 'failOver', 'awaitRoles'],
      );
      const wait = plan.steps[1];
      assert(wait?.kind === 'awaitCooldown');
      assert.match(wait.text, /^Wait 35 s: .* 26 s ago, and Redis 7\.0\.15 .* within 60 s/);
      assert.equal(wait.untilMilliseconds, 1_000_000 + 34_500);
    });

    it('waits for 4 s at the least, however short the node timeout is', () => {
      const plan = planFailover(topologyOf(), {
        replica: firstReplica,
        recentPromotions: { [firstReplica]: 1000 },
        nodeTimeoutMilliseconds: 200,
      });
      const wait = plan.steps[1];
      assert(wait?.kind === 'awaitCooldown');
      assert.equal(wait.waitMilliseconds, 3500);
    });

    it('does not wait when it is long enough ago, when it was another node, where nobody votes, or where the server forgets', () => {
      const kinds = (scene: Scene, request: Partial<FailoverRequest>): number =>
        planFailover(topologyOf(scene), { replica: firstReplica, ...recent, ...request }).steps.length;
      assert.equal(kinds({}, { recentPromotions: { [firstReplica]: 60_500 } }), 3);
      assert.equal(kinds({}, { recentPromotions: { [firstMaster]: 1000 } }), 3);
      assert.equal(kinds({ silent: [secondMaster, thirdMaster] }, { mode: 'takeover' }), 3);
      const valkey = (version: string) => ({ viewpoints: { [firstReplica]: info({ flavour: 'valkey', version }) } });
      assert.equal(kinds(valkey('8.1.1'), {}), 3);
      assert.equal(kinds(valkey('8.0.1'), {}), 5);
    });
  });
});

describe('rankReplicas', () => {
  it('puts the replica with the most data first, then that with fewer masters beside it, and the unfit last with the reason', () => {
    const nodes = modelCluster(3, 4).map(node =>
      node.id === nodeId(4) ? { ...node, host: modelCluster(3)[1]!.host } : node,
    );
    const [besideMaster, alone, lagging, down] = [4, 7, 10, 13].map(nodeId);
    const viewpoints = {
      [firstMaster]: info({ replicationOffset: 200_000 }),
      [besideMaster!]: info({ replicationOffset: 200_000 }),
      [alone!]: info({ replicationOffset: 199_990 }),
      [lagging!]: info({ replicationOffset: 100_000 }),
      [down!]: info({ replicationOffset: 200_000, masterLink: 'down' }),
    };
    const ranked = rankReplicas(topologyOf({ nodes, viewpoints }), firstMaster);
    assert.deepEqual(
      ranked.map(({ node }) => node.id),
      [alone, besideMaster, lagging, down],
    );
    assert.deepEqual(
      ranked.map(({ isFit }) => isFit),
      [true, true, true, false],
    );
    assert.deepEqual(ranked[0]?.reasons, ['link up', 'lag 10 bytes', `no other master on ${nodes[6]!.host}`]);
    assert.match(ranked[1]?.reasons.join() ?? '', /1 other master on/);
    assert.match(ranked[3]?.reasons[0] ?? '', /its link to .* is down/);
  });

  it('puts the replica that received most first when the master is dead', () => {
    const nodes = followed(modelCluster(3, 2), firstMaster);
    const viewpoints = {
      [firstReplica]: info({ replicationOffset: 1000, masterLink: 'down' }),
      [nodeId(7)]: info({ replicationOffset: 1500, masterLink: 'down' }),
    };
    const ranked = rankReplicas(topologyOf({ nodes, viewpoints, silent: [firstMaster] }), firstMaster);
    assert.deepEqual(
      ranked.map(({ node, isFit }) => [node.id, isFit]),
      [
        [nodeId(7), true],
        [firstReplica, true],
      ],
    );
  });

  it('is empty for a master nobody follows', () => {
    assert.deepEqual(rankReplicas(topologyOf({ nodes: modelCluster(3) }), firstMaster), []);
  });
});
