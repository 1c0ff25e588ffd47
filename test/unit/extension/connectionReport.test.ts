import assert from 'node:assert/strict';
import { permissions } from '../../../src/core/connection/diagnosis/permissions';
import type { ConnectionTest, NodeTest, TestStep } from '../../../src/core/index';
import { describeConnectionTest } from '../../../src/extension/commands/describeConnectionTest';

const definition = { id: 'shop-1a2b', name: 'Shop', nodes: ['10.0.0.1:6379'] };

const steps: TestStep[] = [
  { name: 'resolve', outcome: 'passed', text: 'It is an address already.', milliseconds: 0.1 },
  { name: 'tcp', outcome: 'passed', text: 'It accepts connections.', milliseconds: 3.4 },
];
const refused: TestStep = {
  name: 'tcp',
  outcome: 'failed',
  text: '10.0.0.2:6379 refused the connection: nothing listens on that port.',
  remedy: 'Start the server, or correct the address.',
};

describe('The report of a connection test', () => {
  it('says first whether all can be used, and offers to test again', () => {
    const { text, actions } = report({ nodes: [nodeAt('10.0.0.1:6379', steps)] });
    assert.match(
      text,
      /^# Connection test of Shop\n\n\*\*The node can be used\.\*\* Tried in 0\.1 s; nothing was changed\./,
    );
    assert.deepEqual(actions, [
      { line: 2, title: 'Test Again', command: 'redisCluster.testConnection', argument: { clusterId: 'shop-1a2b' } },
    ]);
    assert.match(text, /\| Node +\| Name +\| TCP +\| Sign in +\| Server +\| Rights/);
    assert.match(text, /\| 10\.0\.0\.1:6379 \| ok 1 ms \| ok 3 ms \| not tried/);
    for (const absent of ['## In the way', '## Addresses', '## Rights', '## Certificates', 'TLS'])
      assert(!text.includes(absent), absent);
  });

  it('shows the tunnel in place of the name where there is a jump host, and who does not reach an address', () => {
    const tunnel: TestStep = { name: 'tunnel', outcome: 'passed', text: 'It lets us in.', milliseconds: 9 };
    const unreachable = [{ address: '10.0.0.2:6379', nodeId: 'b', isWellForOthers: true }];
    const { text } = report({
      nodes: [nodeAt('10.0.0.1:6379', [tunnel, steps[1]!])],
      unreachable,
      jumpHost: 'bastion:22',
    });
    assert.match(text, /\| Node +\| Tunnel +\| TCP +\| Sign in/);
    assert.match(text, /announces addresses that the jump host bastion:22 cannot use/);
    assert.match(text, /The other nodes reach it at 10\.0\.0\.2:6379, the jump host bastion:22 does not\./);
  });

  it('shows the socket in place of name and TCP, beside nodes that are reached by these', () => {
    const socket: TestStep = { name: 'socket', outcome: 'passed', text: 'It accepts connections.', milliseconds: 1 };
    const local = { ...nodeAt('10.0.0.2:6379', [socket]), dialled: '/run/a.sock' };
    assert.match(report({ nodes: [local] }).text, /\| Node +\| Dialled +\| Socket +\| Sign in/);
    const { text } = report({ nodes: [nodeAt('10.0.0.1:6379', steps), local] });
    assert.match(text, /\| Name +\| TCP +\| Socket +\| Sign in/);
    assert.match(text, /\| 10\.0\.0\.1:6379 \| +\| ok 1 ms \| ok 3 ms \| +\| not tried/);
    assert.match(text, /\| 10\.0\.0\.2:6379 \| \/run\/a\.sock \| +\| +\| ok 1 ms \| not tried/);
  });

  it('tells the same failure of several nodes once, with what mends it', () => {
    const second = { ...refused, text: refused.text.replace('.2:', '.3:') };
    const nodes = [
      nodeAt('10.0.0.1:6379', steps),
      nodeAt('10.0.0.2:6379', [steps[0]!, refused]),
      nodeAt('10.0.0.3:6379', [steps[0]!, second]),
    ];
    const { text } = report({ nodes });
    assert.match(text, /\*\*1 of 3 nodes can be used\.\*\*/);
    assert.equal(text.match(/^### /gm)?.length, 1);
    assert.match(text, /### 1\. Failed: 10\.0\.0\.2:6379 refused the connection/);
    assert.match(text, /TCP, 2 nodes: 10\.0\.0\.2:6379, 10\.0\.0\.3:6379\.\n\nStart the server/);
  });

  it('offers the addresses that were found, with what else would mend it', () => {
    const unreachable = [
      { address: '172.17.0.3:6379', nodeId: 'a', isWellForOthers: true, answersAt: '10.0.0.1:6379' },
      { address: '172.17.0.4:6379', nodeId: 'b', isWellForOthers: true },
    ];
    const addressMap = { '172.17.0.3:6379': '10.0.0.1:6379' };
    const { text, actions } = report({ nodes: [nodeAt('10.0.0.1:6379', steps)], unreachable, addressMap });
    assert.match(text, /\| 172\.17\.0\.4:6379 \| yes +\| not found/);
    assert.match(text, /private network; those of Docker and Kubernetes are seen from inside only/);
    assert.match(text, /cluster-announce-ip/);
    assert.deepEqual(actions[1], {
      line: text.split('\n').findIndex(line => line.startsWith('The cluster announces')),
      title: 'Use This Address…',
      command: 'redisCluster.mapAddresses',
      argument: { clusterId: 'shop-1a2b', addressMap },
    });
  });

  it('prints the rules that would suffice, to be copied', () => {
    const [first, ...others] = permissions.filter(({ since }) => since === undefined);
    const findings = { user: 'alice', how: 'dryRun' as const, withoutKeys: [], absent: [], unknown: [] };
    const step: TestStep = { name: 'permissions', outcome: 'passed', text: '"alice" may watch.' };
    const node = {
      ...nodeAt('10.0.0.1:6379', [...steps, step]),
      permissions: { ...findings, allowed: others, missing: [first!] },
    };
    const { text } = report({ nodes: [node] });
    assert.match(text, /On every node that let it in: "alice" may watch\./);
    assert.match(text, /watching, on each node:\n\n```text\nACL SETUSER alice \+client\|setname\n```/);
    assert.match(text, /managing, on each node:\n\n```text\nACL SETUSER alice ~\* \+client\|setname\n```/);
  });
});

function report(test: Partial<ConnectionTest>): ReturnType<typeof describeConnectionTest> {
  return describeConnectionTest(
    { nodes: [], unreachable: [], addressMap: {}, durationMilliseconds: 100, ...test },
    definition,
  );
}

function nodeAt(address: string, its: readonly TestStep[]): NodeTest {
  return { address, dialled: address, origin: 'given', steps: its };
}
