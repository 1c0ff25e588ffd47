import assert from 'node:assert/strict';
import { health, type Topology } from '../../../src/core/index';
import { commandIds } from '../../../src/shared/commandIds';
import { answerWhatIf } from '../../../src/extension/topology/answerWhatIf';
import { commandOf } from '../../../src/extension/topology/commandOf';
import { buildSnapshot } from '../../../src/extension/topology/snapshot';
import { parseToPage } from '../../../src/webview/parseToPage';
import {
  emptyState,
  localServersOf,
  nodeId,
  sampleState,
  sampleTopology,
  threeShards,
  withNodes,
  type SampleNode,
} from './sampleCluster';

describe('answerWhatIf', () => {
  const node = (port: number) => ({ kind: 'node', nodeId: nodeId(port) }) as const;
  const lossOf = (...[state, subject]: Parameters<typeof answerWhatIf>) => {
    const answer = answerWhatIf(state, subject);
    assert.ok('loss' in answer, 'reason' in answer ? answer.reason : '');
    assert.ok('message' in parseToPage(answer), 'the page accepts it');
    return answer.loss;
  };

  it('says of a node who takes over, with nothing to mend', () => {
    const loss = lossOf(sampleState(threeShards), node(7000));
    assert.deepEqual(loss.fates, [{ shardId: 'slot-0', kind: 'takenOver', slots: '0-5460', replicaId: nodeId(7003) }]);
    assert.deepEqual([loss.nodeIds, loss.slotsDownCount, loss.mends], [[nodeId(7000)], 0, []]);
  });

  it('says of a host what goes with it', () => {
    const loss = lossOf(sampleState(threeShards), { kind: 'host', label: 'host-1' });
    assert.deepEqual([...loss.nodeIds].sort(), [7000, 7005].map(nodeId));
    assert.match(loss.text, /^If host host-1 dies: /);
  });

  const bare = (...more: SampleNode[]): SampleNode[] => [...threeShards.filter(({ port }) => port !== 7003), ...more];

  it('offers a plan for what is lost only where there is a spare to make it with', () => {
    const without = lossOf(sampleState(bare()), node(7000));
    assert.deepEqual([without.slotsDown, without.mends], ['0-5460', []]);
    assert.match(without.remedy ?? '', /replica/);
    const { mends } = lossOf(sampleState(bare({ port: 7006 })), node(7000));
    assert.deepEqual(mends, [
      {
        title: 'Plan: Give 127.0.0.1:7000 a Replica',
        request: { command: 'addNode', as: 'replica', master: nodeId(7000) },
      },
    ]);
  });

  it('offers to start a dead replica that is a server of this machine, and nothing on a read-only cluster', () => {
    const nodes = withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' });
    const stopped = sampleState(nodes, { localServers: localServersOf({ 7003: 'stopped' }) });
    assert.deepEqual(lossOf(stopped, node(7000)).mends, [
      { title: 'Start 127.0.0.1:7003', request: { command: 'startNode', nodeId: nodeId(7003) } },
    ]);
    assert.deepEqual(lossOf(sampleState(nodes), node(7000)).mends, [], 'it runs elsewhere');
    const readOnly = { ...stopped, definition: { ...stopped.definition, readOnly: true } };
    assert.deepEqual(lossOf(readOnly, node(7000)).mends, []);
  });

  it('says why there is nothing to tell', () => {
    const reason = (...[state, subject]: Parameters<typeof answerWhatIf>): string => {
      const answer = answerWhatIf(state, subject);
      return 'reason' in answer ? answer.reason : answer.loss.text;
    };
    const dead = withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' });
    assert.equal(reason(sampleState(dead), node(7003)), '127.0.0.1:7003 is down already.');
    const outside = withNodes(threeShards, { port: 7006, alone: true });
    assert.match(reason(sampleState(outside), node(7006)), /it is not in it/);
    assert.match(reason(emptyState(), node(7000)), /no cluster answers/);
    assert.match(reason(sampleState(threeShards), { kind: 'zone', label: 'nowhere' }), /is gone/);
  });
});

describe('commandOf', () => {
  it('names the command with its argument and the cluster of the page', () => {
    assert.deepEqual(commandOf({ command: 'addNode', as: 'replica', master: 'm' }, 'c'), {
      command: commandIds.addNode,
      argument: { as: 'replica', master: 'm', clusterId: 'c' },
    });
    assert.deepEqual(commandOf({ command: 'balanceRoles' }, 'c'), {
      command: commandIds.balanceRoles,
      argument: { clusterId: 'c' },
    });
  });
});

describe('buildSnapshot, figures and hosts', () => {
  it('gives every node the figures of its INFO, its version and ping, and none to one that is silent', () => {
    const nodes = withNodes(
      threeShards,
      { port: 7000, slots: '0-5460', info: { instantaneous_input_kbps: '2.00', connected_clients: 9 } },
      { port: 7003, masterPort: 7000, down: 'fail' },
    );
    const state = sampleState(nodes);
    state.figures.accept(state.topology!);
    const { nodes: shown } = buildSnapshot(state, 1);
    const [first] = shown;
    assert.deepEqual(
      [first?.inputBytesPerSecond, first?.clients, first?.pingMilliseconds, first?.trend?.length],
      [2048, 9, 1, 1],
    );
    assert.match(first?.version ?? '', /^Redis \d/);
    assert.equal(first?.evictionsPerSecond, undefined, 'one look shows no rate');
    const silent = shown.find(({ id }) => id === nodeId(7003));
    assert.deepEqual([silent?.clients, silent?.memoryBytes, silent?.version, silent?.trend], Array(4).fill(undefined));
  });

  it('judges each host once per look, and none where there are more than a hundred', () => {
    const state = sampleState(threeShards);
    const { domains, skewPercent } = buildSnapshot(state, 1, { skewPercent: 25 });
    assert.deepEqual(
      domains.map(({ kind, label, losesMajority, slotsDown }) => [kind, label, losesMajority, slotsDown]),
      [1, 2, 3].map(host => ['host', `host-${host}`, false, 0]),
    );
    assert.equal(skewPercent, 25);
    assert.equal(buildSnapshot(state, 2).domains, domains);
    const topology = sampleTopology(threeShards);
    const scattered: Topology = {
      ...topology,
      nodes: Array.from({ length: 101 }, (_, index) => ({ ...topology.nodes[index % 6]!, hostLabel: `h${index}` })),
    };
    assert.deepEqual(buildSnapshot({ ...state, topology: scattered, health: health(topology) }, 3).domains, []);
  });
});
