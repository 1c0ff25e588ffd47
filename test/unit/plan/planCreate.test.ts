import assert from 'node:assert/strict';
import { planCreate, type CreateRequest } from '../../../src/core/plan/planCreate';
import type { Plan, PlannedNode, PlanStep } from '../../../src/core/plan/types';
import type { Topology } from '../../../src/core/topology/types';
import { emptyInfo, emptyNode, emptyNodes, idOf, nodesOnHosts, topologyOf } from './emptyNodes';

describe('planCreate', () => {
  it("reproduces the origin's picture: each of three hosts holds a master and the replica of the host before it", () => {
    const plan = planCreate(emptyNodes(...nodesOnHosts(2, 2, 2)), { replicasPerMaster: 1 });
    assert.deepEqual(draw(plan), [
      '7000 master host1 0-5460',
      '7003 replica host2 of 7000',
      '7002 master host2 5461-10922',
      '7005 replica host3 of 7002',
      '7004 master host3 10923-16383',
      '7001 replica host1 of 7004',
    ]);
    assert.deepEqual(plan.placement, {
      replicasOnMastersHost: 0,
      replicasSharingHost: 0,
      masterSpread: 0,
      hostsHoldingMajority: [],
      total: 0,
    });
    assert.deepEqual(plan.warnings, []);
    assert.equal(plan.title, 'Create a cluster of 3 masters and 3 replicas');
    assert.equal(plan.risk, 'none');
    assert.equal(plan.stateId, 'state-of-the-test');
  });

  it('makes the same picture when the hosts take turns in the list of nodes', () => {
    const names = [0, 1, 2, 3, 4, 5].map(index => `127.0.0.1:${7000 + index} host${(index % 3) + 1}`);
    assert.deepEqual(draw(planCreate(emptyNodes(...names), { replicasPerMaster: 1 })), [
      '7000 master host1 0-5460',
      '7004 replica host2 of 7000',
      '7001 master host2 5461-10922',
      '7005 replica host3 of 7001',
      '7002 master host3 10923-16383',
      '7003 replica host1 of 7002',
    ]);
  });

  it('takes host labels from the request before those of the topology', () => {
    const hosts = Object.fromEntries(
      nodesOnHosts(2, 2, 2).map(name => [name.split(' ')[0]!, name.replace(/.*host/, 'zone')]),
    );
    const plan = planCreate(emptyNodes(...nodesOnHosts(6)), { replicasPerMaster: 1, hosts });
    assert.equal(plan.placement?.total, 0);
    assert.deepEqual([...new Set(plan.after.nodes.map(node => node.hostLabel))].sort(), ['zone1', 'zone2', 'zone3']);
  });

  it('orders masters by address with numbers read as numbers', () => {
    const plan = planCreate(emptyNodes('10.0.0.10:7000', '10.0.0.2:10000', '10.0.0.2:9000'), { replicasPerMaster: 0 });
    assert.deepEqual(
      plan.after.nodes.map(node => node.address),
      ['10.0.0.2:9000', '10.0.0.2:10000', '10.0.0.10:7000'],
    );
  });

  it('does not depend on the order of nodes, names or labels', () => {
    const names = nodesOnHosts(3, 2, 2, 1);
    const addresses = names.map(name => name.split(' ')[0]!);
    const labels = addresses.map((address, index) => [address, `rack${index % 3}`] as const);
    const forwards = planCreate(emptyNodes(...names), {
      replicasPerMaster: 1,
      nodes: addresses,
      hosts: Object.fromEntries(labels),
    });
    const backwards = planCreate(emptyNodes(...[...names].reverse()), {
      replicasPerMaster: 1,
      nodes: [...addresses].reverse(),
      hosts: Object.fromEntries([...labels].reverse()),
    });
    assert.deepEqual(backwards, forwards);
  });

  it('finds nodes by id, address and host name, and leaves the others alone', () => {
    const nodes = nodesOnHosts(2, 2, 2, 1).map(name => emptyNode(name));
    const named = { ...nodes[1]!, hostname: 'two.example' };
    const plan = planCreate(topologyOf([nodes[0]!, named, ...nodes.slice(2)]), {
      replicasPerMaster: 0,
      nodes: [idOf('127.0.0.1:7000'), 'two.example:7001', '127.0.0.1:7002'],
    });
    assert.deepEqual(draw(plan), [
      '7000 master host1 0-5460',
      '7001 master host1 5461-10922',
      '7002 master host2 10923-16383',
    ]);
  });

  it('survives JSON unchanged', () => {
    const plan = planCreate(emptyNodes(...nodesOnHosts(3, 3, 2)), { replicasPerMaster: 1, masters: 3 });
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  });

  it('shows all nodes as spares before', () => {
    const plan = planCreate(emptyNodes(...nodesOnHosts(2, 2, 2)), { replicasPerMaster: 1 });
    assert.deepEqual(
      plan.before.nodes.map(node => `${node.address} ${node.role} ${node.hostLabel}`),
      nodesOnHosts(2, 2, 2).map(name => name.replace(' ', ' spare ')),
    );
  });

  describe('spares', () => {
    it('keeps nodes that are too few for one more master as spares and says which and why', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(3, 2, 2)), { replicasPerMaster: 1 });
      assert.deepEqual(
        spares(plan).map(node => node.address),
        ['127.0.0.1:7002'],
      );
      assert.equal(
        warning(plan, 'spares'),
        '1 node stays a spare outside the cluster, because 7 nodes are enough for 3 masters and 3 replicas and not for one master more: 127.0.0.1:7002.',
      );
    });

    it('chooses spares so that the cluster stays even when fewer masters are asked for', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(5, 2, 2)), { replicasPerMaster: 1, masters: 3 });
      assert.equal(plan.placement?.total, 0);
      assert.deepEqual(
        spares(plan).map(node => node.address),
        ['127.0.0.1:7002', '127.0.0.1:7003', '127.0.0.1:7004'],
      );
      assert.match(warning(plan, 'spares')!, /^3 nodes stay spares .* 3 masters and 3 replicas were asked for/);
    });

    it('names no spare in any step', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(5, 2, 2)), { replicasPerMaster: 1, masters: 3 });
      for (const { address } of spares(plan)) assert.ok(!JSON.stringify(plan.steps).includes(address));
    });
  });

  describe('steps', () => {
    it('come in the order in which they have to run', () => {
      const { steps } = planCreate(emptyNodes(...nodesOnHosts(2, 2, 2)), { replicasPerMaster: 1 });
      assert.deepEqual(
        steps.map(step => (step.kind === 'lowerSetting' ? `${step.parameter}=${step.value}` : step.kind)),
        [
          'checkEmptyNodes',
          'cluster-node-timeout=300',
          'repl-diskless-sync-delay=0',
          'assignSlots',
          'setConfigEpochs',
          'shareFunctions',
          'meet',
          'replicate',
          'awaitAgreement',
          'restoreSettings',
        ],
      );
    });

    it('leave replication out when there are no replicas', () => {
      const { steps, warnings } = planCreate(emptyNodes(...nodesOnHosts(1, 1, 1)), { replicasPerMaster: 0 });
      assert.deepEqual(
        steps.map(step => step.kind),
        [
          'checkEmptyNodes',
          'lowerSetting',
          'assignSlots',
          'setConfigEpochs',
          'shareFunctions',
          'meet',
          'awaitAgreement',
          'restoreSettings',
        ],
      );
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['noReplicas'],
      );
    });

    it('give the epochs 1 to n, masters first in the order of their slots', () => {
      const { epochs } = stepOf(planSix(), 'setConfigEpochs');
      assert.deepEqual(
        epochs.map(({ node, epoch }) => `${epoch} ${node.address}`),
        ['7000', '7002', '7004', '7003', '7005', '7001'].map((port, index) => `${index + 1} 127.0.0.1:${port}`),
      );
    });

    it('await exactly what was assigned', () => {
      const plan = planSix();
      const awaited = stepOf(plan, 'awaitAgreement');
      assert.deepEqual(awaited.masters, stepOf(plan, 'assignSlots').assignments);
      assert.deepEqual(awaited.replicas, stepOf(plan, 'replicate').replicas);
      assert.equal(awaited.nodes.length, 6);
    });

    it('put functions on the masters only, before anything replicates, and name nodes by id and address', () => {
      assert.deepEqual(
        stepOf(planSix(), 'shareFunctions').nodes,
        ['127.0.0.1:7000', '127.0.0.1:7002', '127.0.0.1:7004'].map(address => ({ id: idOf(address), address })),
      );
    });

    it('say that the lowered settings are put back whatever happens', () => {
      const texts = planSix().steps.flatMap(step => (step.kind === 'lowerSetting' ? [step.text] : []));
      assert.equal(texts.length, 2);
      for (const text of texts) assert.match(text, /put back at the end, also after a failure or a cancel/);
    });

    it('mesh 30 nodes fully and use three hubs for 31', () => {
      const hubs = (nodes: number): number =>
        stepOf(planCreate(emptyNodes(...nodesOnHosts(nodes)), { replicasPerMaster: 0 }), 'meet').hubs.length;
      assert.deepEqual([hubs(30), hubs(31)], [30, 3]);
    });

    it('lower the node timeout less in larger clusters', () => {
      const timeout = (nodes: number): string =>
        stepOf(planCreate(emptyNodes(...nodesOnHosts(nodes)), { replicasPerMaster: 0 }), 'lowerSetting').value;
      assert.deepEqual([12, 13, 32, 33].map(timeout), ['300', '500', '500', '1000']);
    });
  });

  describe('warnings', () => {
    it('name the pairs on one host when a host holds more nodes than there are masters', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(4, 1, 1)), { replicasPerMaster: 1 });
      assert.equal(plan.placement?.replicasOnMastersHost, 1);
      assert.match(warning(plan, 'replicaOnMastersHost')!, /127\.0\.0\.1:\d+ with 127\.0\.0\.1:\d+ on host1\.$/);
    });

    it('name replicas of one master that share a host', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(4, 5)), { replicasPerMaster: 2 });
      assert.match(
        warning(plan, 'replicasShareHost')!,
        /127\.0\.0\.1:\d+ and 127\.0\.0\.1:\d+ of 127\.0\.0\.1:\d+ on host/,
      );
    });

    it('name a host that takes the majority with it', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(3, 3)), { replicasPerMaster: 1 });
      assert.deepEqual(plan.placement?.hostsHoldingMajority, ['host1']);
      assert.match(
        warning(plan, 'hostHoldsMajority')!,
        /^Host host1 holds 2 of 3 masters \(.*the 1 left are no majority/,
      );
    });

    it('count half of the masters as a host too many: the other half is no majority', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(4, 4)), { replicasPerMaster: 1 });
      assert.deepEqual(plan.placement?.hostsHoldingMajority, ['host1', 'host2']);
    });

    it('say once that everything is on one host', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(6)), { replicasPerMaster: 1 });
      assert.deepEqual(
        plan.warnings.map(({ code }) => code),
        ['oneHost'],
      );
      assert.match(plan.warnings[0]!.text, /host1.*127\.0\.0\.1:7000/);
    });

    it('name hosts whose masters differ by two or more', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(1, 4, 4)), { replicasPerMaster: 0 });
      assert.match(warning(plan, 'mastersUneven')!, /1 on host1, 4 on host2 and 4 on host3/);
    });

    it('spell out that 1 or 2 masters have no automatic failover', () => {
      const one = planCreate(emptyNodes(...nodesOnHosts(1, 1)), { replicasPerMaster: 1, allowFewMasters: true });
      const two = planCreate(emptyNodes(...nodesOnHosts(2, 2)), { replicasPerMaster: 1, allowFewMasters: true });
      assert.match(warning(one, 'fewMasters')!, /no automatic failover: when the master dies/);
      assert.match(warning(two, 'fewMasters')!, /no automatic failover: when one of 2 masters dies/);
      assert.deepEqual(stepOf(one, 'assignSlots').assignments[0]!.slots, '0-16383');
    });

    it('tell differing minor versions apart from differing patches', () => {
      const withVersion = (version: string): Topology =>
        topologyOf(
          nodesOnHosts(1, 1, 1).map((name, index) =>
            emptyNode(name, { info: emptyInfo({ version: index === 1 ? version : '7.0.15' }) }),
          ),
        );
      const request: CreateRequest = { replicasPerMaster: 0 };
      assert.equal(warning(planCreate(withVersion('7.0.5'), request), 'mixedVersions'), undefined);
      assert.match(
        warning(planCreate(withVersion('7.2.4'), request), 'mixedVersions')!,
        /Redis 7\.0\.15 on 127\.0\.0\.1:7000 and 127\.0\.0\.1:7002; Redis 7\.2\.4 on 127\.0\.0\.1:7001/,
      );
    });

    it('name host labels that belong to no known node', () => {
      const plan = planCreate(emptyNodes(...nodesOnHosts(1, 1, 1)), {
        replicasPerMaster: 0,
        hosts: { '127.0.0.1:7777': 'lost', '127.0.0.1:7000': 'host1' },
      });
      assert.match(warning(plan, 'unknownHosts')!, /127\.0\.0\.1:7777, which is no node known here/);
    });
  });

  it('places 1000 nodes on 500 hosts without a fault', () => {
    const plan = planCreate(emptyNodes(...nodesOnHosts(...new Array<number>(500).fill(2))), { replicasPerMaster: 1 });
    assert.equal(plan.placement?.total, 0);
    assert.equal(plan.after.nodes.length, 1000);
  });
});

function planSix(): Plan {
  return planCreate(emptyNodes(...nodesOnHosts(2, 2, 2)), { replicasPerMaster: 1 });
}

function draw({ after }: Plan): string[] {
  const port = (address: string): string => address.replace(/.*:/, '');
  return after.nodes.map(({ address, role, hostLabel, master, slots }) =>
    `${port(address)} ${role} ${hostLabel} ${master === undefined ? slots : `of ${port(master)}`}`.trim(),
  );
}

function spares({ after }: Plan): PlannedNode[] {
  return after.nodes.filter(node => node.role === 'spare');
}

function warning({ warnings }: Plan, code: string): string | undefined {
  return warnings.find(warning => warning.code === code)?.text;
}

function stepOf<Kind extends PlanStep['kind']>(plan: Plan, kind: Kind): Extract<PlanStep, { kind: Kind }> {
  const step = plan.steps.find((step): step is Extract<PlanStep, { kind: Kind }> => step.kind === kind);
  assert.ok(step, `no step ${kind}`);
  return step;
}
