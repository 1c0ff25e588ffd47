import assert from 'node:assert/strict';
import { planBalanceRoles } from '../../../src/core/plan/balance/planBalanceRoles';
import type { BalanceRolesRequest } from '../../../src/core/plan/balance/balanceCase';
import { describePlan } from '../../../src/core/plan/describePlan';
import { PlanError } from '../../../src/core/plan/planError';
import type { Plan } from '../../../src/core/plan/types';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  type ModelNode,
  type Viewpoint,
} from '../topology/modelCluster';

interface Scene {
  nodes?: readonly ModelNode[];
  /** In the order of the nodes. */
  hosts?: readonly string[];
  silent?: readonly string[];
  viewpoints?: Readonly<Record<string, Viewpoint>>;
}

const sixNodes = modelCluster(3, 1);
/** A-M + C-S, B-M + A-S, C-M + B-S. */
const origin = ['h1', 'h2', 'h3', 'h2', 'h3', 'h1'];
/** A-M and B-M on one host, the third host has none. */
const lopsided = ['h1', 'h1', 'h2', 'h2', 'h3', 'h3'];

function topologyOf({ nodes = sixNodes, hosts = lopsided, ...scene }: Scene = {}): Topology {
  return mergeLooks(looksAt(nodes, scene), { hosts: labels(nodes, hosts), nowMilliseconds: 1_000_000 });
}

function labels(nodes: readonly ModelNode[], hosts: readonly string[]): Record<string, string> {
  return Object.fromEntries(nodes.map(({ host, port }, index) => [`${host}:${port}`, hosts[index]!]));
}

function refused(scene: Scene, code: string, ...texts: RegExp[]): void {
  assert.throws(
    () => planBalanceRoles(topologyOf(scene)),
    (error: unknown) => {
      assert(error instanceof PlanError, String(error));
      assert.equal(error.code, code, error.message);
      for (const text of texts) assert.match(error.message, text);
      return true;
    },
  );
}

function kinds({ steps }: Plan): string[] {
  return steps.map(({ kind }) => kind);
}

function promoted({ steps }: Plan): string[] {
  return steps.flatMap(step => (step.kind === 'failOver' ? [step.replica.id] : []));
}

function mastersByHost({ after }: Plan): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { role, hostLabel } of after.nodes)
    counts[hostLabel] = (counts[hostLabel] ?? 0) + Number(role === 'master');
  return counts;
}

describe('planBalanceRoles', () => {
  it("has nothing to do for the origin's picture: a master and the replica of another shard on each of three hosts", () => {
    refused(
      { hosts: origin },
      'alreadyBalanced',
      /^The roles are balanced: 3 masters on 3 hosts, as even as can be, and no shard has two nodes on one host\. Nothing was changed\.$/,
    );
  });

  it('tells masters without slots from those it balances', () => {
    refused(
      { nodes: [...sixNodes, loneNode(7)], hosts: [...origin, 'h1'] },
      'alreadyBalanced',
      /^The roles are balanced: 3 masters with slots \(1 more without\) on 3 hosts, as even as can be/,
    );
  });

  it('gives each host its master with one failover, and says what was and will be', () => {
    const topology = topologyOf();
    const plan = planBalanceRoles(topology);
    assert.equal(plan.kind, 'balanceRoles');
    assert.equal(plan.title, 'Balance the roles over 3 hosts: 1 failover');
    assert.equal(plan.stateId, topology.stateId);
    assert.equal(plan.risk, 'interruptsWrites');
    assert.deepEqual(kinds(plan), ['checkFailover', 'failOver', 'awaitRoles']);
    assert.deepEqual(promoted(plan), [nodeId(5)]);
    assert.deepEqual(mastersByHost(plan), { h1: 1, h2: 1, h3: 1 });
    assert.deepEqual([plan.placementBefore?.total, plan.placement?.total], [1002, 0]);
    assert.deepEqual(plan.warnings, []);
    assert.match(describePlan(plan), /Every host holds the same number of masters/);
  });

  it('evens out what replacing a dead node leaves, wherever the spare stood', () => {
    // A-M died on h1, A-S on h2 took over, and a spare became its replica.
    const after = (spareHost: string): Scene => {
      const taken = changed(sixNodes, nodeId(1), { role: 'slave', masterId: nodeId(4), slots: '' });
      return {
        nodes: changed(taken, nodeId(4), { role: 'master', slots: '0-5461', epoch: 9 }).map(node =>
          node.masterId === nodeId(1) ? { ...node, masterId: '' } : node,
        ),
        hosts: [spareHost, 'h2', 'h3', 'h2', 'h3', 'h1'],
      };
    };
    const same = planBalanceRoles(topologyOf(clean(after('h1'))));
    assert.deepEqual(promoted(same), [nodeId(1)]);
    assert.deepEqual(mastersByHost(same), { h1: 1, h2: 1, h3: 1 });
    const other = planBalanceRoles(topologyOf(clean(after('h3'))));
    assert.equal(promoted(other).length, 2);
    assert.deepEqual(mastersByHost(other), { h1: 1, h2: 1, h3: 1 });
    const fresh = planBalanceRoles(topologyOf(clean(after('h4'))));
    assert.deepEqual(promoted(fresh), [nodeId(1)]);

    function clean(scene: Scene): Scene {
      const nodes = scene.nodes!.map(({ masterId, ...node }): ModelNode =>
        masterId === undefined || masterId === '' ? node : { ...node, masterId },
      );
      return { ...scene, nodes };
    }
  });

  it('does several failovers one after another, the one for the emptiest host first', () => {
    const plan = planBalanceRoles(topologyOf({ hosts: ['h2', 'h2', 'h3', 'h3', 'h3', 'h1'] }));
    assert.deepEqual(kinds(plan), [
      'checkFailover',
      'failOver',
      'awaitRoles',
      'checkFailover',
      'failOver',
      'awaitRoles',
    ]);
    assert.equal(promoted(plan)[0], nodeId(6));
    assert.match(plan.steps[3]!.text, /^Look for the same in the way of/);
    const last = plan.steps[5];
    assert(last?.kind === 'awaitRoles');
    assert.deepEqual(plan.after.nodes.find(({ id }) => id === nodeId(6))?.slots, '10923-16383');
  });

  it('knows the hosts the request names, and tells those that do not exist', () => {
    const hosts = { ...labels(sixNodes, lopsided), '1.2.3.4:5': 'h9' };
    const topology = mergeLooks(looksAt(sixNodes), { hosts: labels(sixNodes, origin), nowMilliseconds: 1_000_000 });
    const plan = planBalanceRoles(topology, { hosts });
    assert.deepEqual(promoted(plan), [nodeId(5)]);
    assert.equal(plan.before.nodes.find(({ id }) => id === nodeId(5))?.hostLabel, 'h3');
    assert.deepEqual(
      plan.warnings.map(({ code }) => code),
      ['unknownHosts'],
    );
  });

  it('says that on one host there is nothing to spread', () => {
    refused(
      { hosts: sixNodes.map(() => 'h1') },
      'alreadyBalanced',
      /^All 6 nodes are on one host, h1/,
      /in the settings/,
    );
  });

  it('keeps the rest of the cluster in its pictures, spares too, and leaves them alone', () => {
    const nodes: ModelNode[] = [...sixNodes, loneNode(9)];
    const plan = planBalanceRoles(topologyOf({ nodes, hosts: [...lopsided, 'h4'] }));
    const spare = plan.after.nodes.find(({ id }) => id === nodeId(9));
    assert.deepEqual(
      spare,
      plan.before.nodes.find(({ id }) => id === nodeId(9)),
    );
    assert.equal(spare?.role, 'spare');
    assert.equal(plan.title, 'Balance the roles over 3 hosts: 1 failover', 'a spare can hold no master');
  });

  it('with four masters on one of two hosts leaves three there, as two halves could both stop the voting', () => {
    const four = modelCluster(4, 1);
    const plan = planBalanceRoles(topologyOf({ nodes: four, hosts: ['h1', 'h1', 'h1', 'h1', 'h2', 'h2', 'h2', 'h2'] }));
    assert.deepEqual(mastersByHost(plan), { h1: 3, h2: 1 });
    assert.match(
      plan.warnings.map(({ text }) => text).join(' '),
      /stay at 3 on h1 and 1 on h2: with half of them on each host, the loss of either would leave no majority/,
    );
    refused(
      { nodes: four, hosts: ['h1', 'h1', 'h2', 'h2', 'h2', 'h2', 'h1', 'h1'] },
      'alreadyBalanced',
      /h1 holds 2 of 4 masters/,
    );
  });

  describe('moves replicas', () => {
    const beside = ['h1', 'h2', 'h3', 'h1', 'h3', 'h2'];

    it('only where a shard has two nodes on one host and another place exists, one after another', () => {
      const plan = planBalanceRoles(topologyOf({ hosts: beside }));
      assert.deepEqual(kinds(plan), [
        ...['checkMembers', 'lowerSetting', 'replicate', 'awaitSync', 'restoreSettings'],
        ...['checkMembers', 'lowerSetting', 'replicate', 'awaitSync', 'restoreSettings'],
      ]);
      assert.equal(plan.risk, 'none');
      assert.deepEqual([plan.placementBefore?.total, plan.placement?.total], [10_000, 0]);
      const first = plan.steps.find(({ kind }) => kind === 'replicate');
      assert(first?.kind === 'replicate');
      assert.deepEqual(
        first.replicas.map(({ node }) => node.id),
        [nodeId(4)],
        'the one that would go with its master, so that no shard loses a good replica first',
      );
      assert.deepEqual(
        plan.warnings.map(({ code }) => code),
        ['fullCopy', 'withoutReplicaMeanwhile', 'fullCopy'],
      );
    });

    it('before the failover of the shard that needs them: a host with several masters gives one to a host without', () => {
      const nodes = modelCluster(4, 1);
      // Shards 1 to 3 have no node on h3 and h4, where shard 4 is.
      const plan = planBalanceRoles(topologyOf({ nodes, hosts: ['h1', 'h1', 'h2', 'h3', 'h2', 'h2', 'h1', 'h4'] }));
      assert.deepEqual(mastersByHost(plan), { h1: 1, h2: 1, h3: 1, h4: 1 });
      assert.equal(plan.placement?.total, 0);
      assert.equal(kinds(plan).filter(kind => kind === 'replicate').length, 2);
      assert.equal(promoted(plan).length, 1);
    });

    it('never when the request says no', () => {
      const request: BalanceRolesRequest = { moveReplicas: false };
      assert.throws(() => planBalanceRoles(topologyOf({ hosts: beside }), request), { code: 'alreadyBalanced' });
    });

    it('never in a cluster of several versions, where a copy may be unreadable', () => {
      const viewpoints = { [nodeId(2)]: { info: { version: '7.2.4' } } };
      refused(
        { hosts: beside, viewpoints },
        'alreadyBalanced',
        /failovers alone can make them now\. 1 replica stays on the host of its own master/,
        /one version/,
      );
    });

    it('neither one that is still copying nor one whose link is down', () => {
      for (const info of [{ masterLink: 'down' as const }, { syncing: true }]) {
        const viewpoints = Object.fromEntries([4, 5, 6].map(number => [nodeId(number), { info }]));
        refused({ hosts: beside, viewpoints }, 'alreadyBalanced', /when 10\.0\.0\.3:7004, .* can be counted on again/);
      }
    });

    it('not while slots of one of the two shards are on their way', () => {
      const viewpoints = { [nodeId(1)]: { openSlots: `[7->-${nodeId(2)}]` } };
      refused({ hosts: beside, viewpoints }, 'openSlots', /being moved/);
    });
  });

  describe('refuses', () => {
    it('what is in no cluster', () => {
      assert.throws(() => planBalanceRoles(mergeLooks(looksAt([loneNode(1)]))), { code: 'notInCluster' });
    });

    it('while a master has failed, is suspected or does not answer', () => {
      const failed = changed(sixNodes, nodeId(1), { flags: ['fail'] });
      refused({ nodes: failed, silent: [nodeId(1)] }, 'clusterNotHealthy', /the master of slots 0-5461, has failed/);
      refused({ silent: [nodeId(1)] }, 'clusterNotHealthy', /does not answer/);
      const suspected = { [nodeId(2)]: { nodes: changed(sixNodes, nodeId(1), { flags: ['fail?'] }) } };
      refused({ viewpoints: suspected }, 'clusterNotHealthy', /1 node cannot reach 10\.0\.0\.0:7001/);
    });

    it('while slots are not served, or a node calls the cluster down', () => {
      const holes = changed(sixNodes, nodeId(1), { slots: '0-99' });
      refused({ nodes: holes }, 'clusterNotHealthy', /no node serves slots 100-5461/);
      refused(
        { viewpoints: { [nodeId(3)]: { state: 'fail' } } },
        'clusterNotHealthy',
        /10\.0\.0\.2:7003 calls the cluster down/,
      );
    });

    it('while not all nodes know who is whose replica', () => {
      const other = changed(sixNodes, nodeId(4), { masterId: nodeId(2) });
      refused({ viewpoints: { [nodeId(1)]: { nodes: other } } }, 'rolesUnsettled', /plan again then/);
    });

    it('with the reason of the failover when one that is needed cannot be done now', () => {
      const down = { info: { masterLink: 'down' as const } };
      // Both shards of h1 could give their master to h3 or h2: only when neither can is there something to refuse.
      const viewpoints = { [nodeId(4)]: down, [nodeId(5)]: down };
      refused({ viewpoints }, 'linkDown', /cannot take over gracefully from/, /masterauth/);
    });
  });

  describe('of two equally good replicas takes the one', () => {
    const hosts = ['h1', 'h1', 'h2', 'h3', 'h3', 'h1'];

    it('that can take over at once', () => {
      const info = { masterLink: 'down' as const };
      const plan = (number: number): string[] =>
        promoted(planBalanceRoles(topologyOf({ hosts, viewpoints: { [nodeId(number)]: { info } } })));
      assert.deepEqual(plan(4), [nodeId(5)]);
      assert.deepEqual(plan(5), [nodeId(4)]);
    });

    it('that need not wait for its last election to be forgotten', () => {
      const plan = (id: string): Plan =>
        planBalanceRoles(topologyOf({ hosts }), { recentPromotions: { [id]: 3000 }, nodeTimeoutMilliseconds: 2000 });
      assert.deepEqual(promoted(plan(nodeId(4))), [nodeId(5)]);
      assert.deepEqual(promoted(plan(nodeId(5))), [nodeId(4)]);
      const [first] = plan(nodeId(4)).steps;
      assert.equal(first?.kind === 'checkFailover' && first.next, 'failOver');
    });

    it('or waits, after all others, when there is no other', () => {
      const both = { recentPromotions: { [nodeId(4)]: 3000, [nodeId(5)]: 3000 }, nodeTimeoutMilliseconds: 2000 };
      const plan = planBalanceRoles(topologyOf({ hosts }), both);
      assert.deepEqual(kinds(plan), ['checkFailover', 'awaitCooldown', 'checkFailover', 'failOver', 'awaitRoles']);
      const wait = plan.steps[1];
      assert(wait?.kind === 'awaitCooldown');
      assert.equal(wait.waitMilliseconds, 5500);
    });
  });

  it('never makes a master of a replica that is silent or suspected, and says that it was left out', () => {
    const hosts = ['h1', 'h1', 'h2', 'h3', 'h3', 'h1'];
    const plan = planBalanceRoles(topologyOf({ hosts, silent: [nodeId(5)] }));
    assert.deepEqual(promoted(plan), [nodeId(4)]);
    assert.match(
      plan.warnings.map(({ text }) => text).join(' '),
      /10\.0\.0\.4:7005 is not well now and keeps its place/,
    );
    const suspecting = { [nodeId(2)]: { nodes: changed(sixNodes, nodeId(4), { flags: ['fail?'] }) } };
    assert.deepEqual(promoted(planBalanceRoles(topologyOf({ hosts, viewpoints: suspecting }))), [nodeId(5)]);
  });

  describe('says', () => {
    const warned = ({ warnings }: Plan, code: string): string[] =>
      warnings.filter(warning => warning.code === code).map(({ text }) => text);
    const beside = ['h1', 'h2', 'h3', 'h1', 'h3', 'h2'];

    it('in its title how many failovers and replica moves it takes', () => {
      const nodes = modelCluster(4, 1);
      const plan = planBalanceRoles(topologyOf({ nodes, hosts: ['h1', 'h1', 'h2', 'h3', 'h2', 'h2', 'h1', 'h4'] }));
      assert.equal(plan.title, 'Balance the roles over 4 hosts: 1 failover and 2 replica moves');
      assert.equal(
        planBalanceRoles(topologyOf({ hosts: beside })).title,
        'Balance the roles over 3 hosts: 2 replica moves',
      );
    });

    it('what each copy costs, and which shard is without a replica meanwhile', () => {
      const viewpoints = Object.fromEntries(sixNodes.map(({ id }) => [id, { info: { usedMemoryBytes: 5_242_880 } }]));
      const plan = planBalanceRoles(topologyOf({ hosts: beside, viewpoints }));
      const [first] = warned(plan, 'fullCopy');
      assert.match(
        first!,
        /^10\.0\.0\.3:7004 drops what it holds and copies all of (\S+) \(5 MB in memory\); \1 and the network carry that load\.$/,
      );
      assert.deepEqual(warned(plan, 'withoutReplicaMeanwhile'), [
        'When 10.0.0.3:7004 has left 10.0.0.0:7001, slots 0-5461 are without a replica until the next one has copied them.',
      ]);
      const small = planBalanceRoles(topologyOf({ hosts: beside }));
      assert.match(warned(small, 'fullCopy')[0]!, /\(1 MB in memory\)/);
    });

    it('who is left out, and which labels are of nobody, one or several', () => {
      const hosts = ['h1', 'h1', 'h2', 'h3', 'h3', 'h1'];
      const three = modelCluster(3, 2);
      const places = [...hosts, 'h4', 'h5', 'h6'];
      const plan = planBalanceRoles(topologyOf({ nodes: three, hosts: places, silent: [5, 9].map(nodeId) }));
      assert.deepEqual(warned(plan, 'leftOut'), [
        '10.0.0.4:7005 and 10.0.0.8:7009 are not well now and keep their places: balance the roles again when they are back.',
      ]);
      const labelled = (names: readonly string[]): string[] =>
        warned(
          planBalanceRoles(topologyOf({ hosts }), { hosts: Object.fromEntries(names.map(name => [name, 'h9'])) }),
          'unknownHosts',
        );
      assert.deepEqual(labelled(['9.9.9.9:1']), [
        'Host labels are given for 9.9.9.9:1, which is no node known here; it has no effect.',
      ]);
      assert.match(
        labelled(['b:1', 'a:1'])[0]!,
        /^Host labels are given for a:1 and b:1, which are no nodes .* they have no effect\.$/,
      );
    });

    it('what would gain more, where nothing more can be done now', () => {
      refused(
        { hosts: ['h1', 'h1', 'h2', 'h2', 'h2', 'h1'] },
        'alreadyBalanced',
        /h1 holds 2 of 3 masters: when it dies, no majority is left/,
        /More can be gained with nodes on other hosts/,
      );
      assert.throws(() => planBalanceRoles(topologyOf({ hosts: beside }), { moveReplicas: false }), {
        remedy: 'More may be gained if replicas may follow other masters.',
      });
    });

    it('what stays shared: replicas of one master on one host, and replicas beside their masters', () => {
      const shared = ['h1', 'h2', 'h1', 'h2', 'h1', 'h2', 'h2', 'h1', 'h2'];
      refused(
        { nodes: modelCluster(3, 2), hosts: shared },
        'alreadyBalanced',
        /3 replicas share their host with another/,
      );
      const viewpoints = { [nodeId(2)]: { info: { version: '7.2.4' } } };
      refused(
        { hosts: ['h1', 'h2', 'h3', 'h1', 'h2', 'h3'], viewpoints },
        'alreadyBalanced',
        /3 replicas stay on the hosts of their own master, .*: 10\.0\.0\.3:7004 with 10\.0\.0\.0:7001, /,
      );
    });

    it('why it is no time for it: a master that loads, one nobody finds, and several that call the cluster down', () => {
      const loading = { [nodeId(1)]: { info: { loading: true } } };
      refused({ viewpoints: loading }, 'clusterNotHealthy', /10\.0\.0\.0:7001 is still loading its data\./);
      const lost = changed(sixNodes, nodeId(1), { host: '', port: 0, flags: ['noaddr'] });
      const viewpoints = Object.fromEntries(sixNodes.slice(1).map(({ id }) => [id, { nodes: lost }]));
      refused(
        { viewpoints, silent: [nodeId(1)] },
        'clusterNotHealthy',
        /no node can find .*, the master of slots 0-5461/,
      );
      const down = Object.fromEntries([2, 3].map(number => [nodeId(number), { state: 'fail' as const }]));
      refused({ viewpoints: down }, 'clusterNotHealthy', /10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 call the cluster down/);
    });
  });
});
