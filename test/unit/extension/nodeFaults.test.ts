import assert from 'node:assert/strict';
import { connect } from '../../../src/core/index';
import {
  faultsText,
  passwordFaults,
  planFault,
  readLogins,
  silentNodes,
  type NodeLogin,
} from '../../../src/extension/commands/nodeFaults';
import { sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { sampleTopology } from './sampleCluster';

describe('Passwords of the nodes of a cluster to be', () => {
  const cases: [string, NodeLogin[], string[], boolean][] = [
    ['are none at all', [login('a', '', ''), login('b', '', '')], [], false],
    ['are the same', [login('a', 'hunter2', 'hunter2'), login('b', 'hunter2', 'hunter2')], [], false],
    [
      'are missing on one',
      [login('a', 'hunter2', 'hunter2'), login('b', '', 'hunter2'), login('c', 'hunter2', 'hunter2')],
      ['b needs no password, and the others want one'],
      false,
    ],
    [
      'are missing on all but one',
      [login('a', '', ''), login('b', 'hunter2', 'hunter2'), login('c', '', '')],
      ['b has another password than the others'],
      false,
    ],
    [
      'are missing on half of them',
      [login('a', '', 'hunter2'), login('b', 'hunter2', 'hunter2')],
      ['a needs no password, and the others want one'],
      false,
    ],
    [
      'have no masterauth beside them',
      [login('a', 'hunter2', ''), login('b', 'hunter2', 'hunter2')],
      ['a has no masterauth, and the others want a password'],
      true,
    ],
    [
      'have another masterauth',
      [login('a', 'hunter2', 'sesame'), login('b', 'hunter2', 'hunter2')],
      ['a has a masterauth that is not the password of the others'],
      true,
    ],
  ];
  for (const [what, logins, expected, bearable] of cases)
    it(`${what}: ${expected.join() || 'nothing is wrong'}`, () => {
      const faults = passwordFaults(logins);
      assert.deepEqual(
        faults.map(({ text }) => text.split(':')[0]),
        expected,
      );
      assert.ok(faults.every(fault => (fault.bearable ?? false) === bearable));
      assert.doesNotMatch(JSON.stringify(faults), /hunter2|sesame/);
    });

  function login(address: string, requiredPassword: string, masterPassword: string): NodeLogin {
    return { address, requiredPassword, masterPassword };
  }
});

describe('Faults of nodes', () => {
  it('are told node by node, what holds for several once', () => {
    const fault = (address: string, text: string) => ({ address, text: `${address} ${text}` });
    const text = faultsText([
      fault('a:1', 'is down.'),
      fault('b:2', 'wants a password.'),
      fault('c:3', 'is down.'),
      fault('d:4', 'is down.'),
    ]);
    assert.equal(text, 'a:1 is down.\nThe same holds for c:3, d:4.\n\nb:2 wants a password.');
  });

  it('are what the planner says of nodes that answer', () => {
    const nodes = [
      { port: 7000, alone: true },
      { port: 7001, alone: true },
    ];
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    assert.equal(planFault(sampleTopology(nodes), addresses), undefined);
    const withSlots = sampleTopology([{ port: 7000, alone: true, slots: '5' }, nodes[1]!]);
    assert.match(planFault(withSlots, addresses) ?? '', /7000.*slot 5/);
  });
});

describe('The look at nodes with different passwords', () => {
  let servers: TestServers;
  const password = 'the-password-of-most';
  const other = 'a-password-of-its-own';
  before(async () => {
    servers = await startTestServers({ count: 3, password });
  });
  after(() => servers.close());

  it('names the node that did not accept the password, and the one that needs none', async () => {
    const [, second, third] = servers.ports;
    await sendCommand(second!, ['CONFIG', 'SET', 'requirepass', other], password);
    await sendCommand(third!, ['CONFIG', 'SET', 'requirepass', ''], password);
    const client = connect({ nodes: servers.nodes, password });
    try {
      const topology = await client.observe();
      const silent = silentNodes(topology);
      assert.deepEqual(
        silent.map(({ address }) => address),
        [servers.nodes[1]],
      );
      assert.match(silent[0]!.text, new RegExp(`^${servers.nodes[1]} did not accept the password`));
      const faults = passwordFaults(await readLogins(client, topology));
      assert.deepEqual(
        faults.map(({ address }) => address),
        [servers.nodes[2]],
      );
      assert.ok(
        ![silent, faults].some(list => [password, other].some(secret => JSON.stringify(list).includes(secret))),
      );
    } finally {
      await client.close();
    }
  });
});
