import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import type { SshOptions, UnknownHost } from '../../../src/core/connection/tunnel/types';
import { planReshard } from '../../../src/core/plan/planReshard';
import { findTestPorts } from '../../support/freePorts';
import { newKey, startJumpHost, type JumpHost } from '../../support/jumpHost';
import { settled, withClient } from '../../support/members';
import {
  checkCluster,
  createWithRedisCli,
  eventually,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';
import { refusalOf } from '../../support/refusalOf';

describe('Through a jump host', () => {
  let servers: TestServers;
  let jumpHost: JumpHost;
  let first: string;

  before(async () => {
    [servers, jumpHost] = await Promise.all([startTestServers({ count: 3 }), startJumpHost()]);
    first = servers.nodes[0]!;
    await createWithRedisCli(servers, 0);
  });
  after(async () => {
    await jumpHost?.close();
    await servers?.close();
  });

  /** Connections of ours that a server has. */
  async function ours(port: number): Promise<number> {
    return String(await sendCommand(port, ['CLIENT', 'LIST'])).match(/ name=redis-cluster-manager /g)?.length ?? 0;
  }

  /** Why no node answers. */
  async function failure(ssh: SshOptions, nodes: readonly string[] = [first]): Promise<string> {
    return withClient({ nodes, ssh }, async client => {
      const error = await refusalOf(client.node(nodes[0]!));
      return `${error.code}: ${error.message}`;
    });
  }

  it('looks at every node, and carries an operation out, though its connection is cut in the middle; nothing goes past it', async () => {
    await withClient({ nodes: [first], ssh: jumpHost.ssh }, async client => {
      const topology = await settled(client, 3);
      const [from, to] = topology.nodes;
      const plan = planReshard(topology, { slots: 5, from: [from!.id], to: to!.id });
      let isCut = false;
      const onProgress = (): void => {
        if (!isCut) jumpHost.signalConnections('SIGKILL');
        isCut = true;
      };
      const { outcome } = await client.run(plan, { onProgress }).finished;
      assert(isCut);
      assert.equal(outcome, 'completed');
      await checkCluster(servers);
      assert.deepEqual([...new Set(jumpHost.forwarded())].sort(), [...servers.ports].sort());
      assert.deepEqual(await Promise.all(servers.ports.map(ours)), [1, 1, 1]);
      await jumpHost.stop();
      await eventually(async () => (await Promise.all(servers.ports.map(ours))).every(count => count === 0), {
        what: 'no connection of ours is left without the jump host',
      });
      // The first look after the end may still have been on its way there.
      await eventually(
        async () => {
          const without = await client.observe();
          assert.equal(without.answered, 0);
          for (const { unreachableReason } of without.nodes)
            assert.match(unreachableReason ?? '', new RegExp(`jump host ${jumpHost.name} refused the connection`));
          return true;
        },
        { what: 'every node is told to be behind a jump host that refuses' },
      );
      await jumpHost.start();
      await eventually(async () => (await client.observe({ backOff: true })).answered === 3, {
        what: 'the nodes are seen again through the jump host that came back',
      });
    });
  });

  it('says that the jump host is gone, not the nodes, also when it only falls silent', async () => {
    for (const [signal, words, keepaliveMilliseconds] of [
      ['SIGKILL', 'closed the SSH connection', 10_000],
      ['SIGSTOP', 'went silent', 400],
    ] as const)
      await withClient({ nodes: [first], ssh: { ...jumpHost.ssh, keepaliveMilliseconds } }, async client => {
        const node = client.node(first);
        await node.command(['PING']);
        const waiting = node.command(['DEBUG', 'SLEEP', 0.2], { timeoutMilliseconds: 30_000 });
        jumpHost.signalConnections(signal);
        await assert.rejects(waiting, (error: ConnectionError) => {
          assert.equal(error.code, 'jumpHostLost');
          assert.match(error.message, new RegExp(`${jumpHost.name} ${words}.*Whether the nodes behind it are well`));
          return true;
        });
        jumpHost.signalConnections('SIGKILL');
      });
  });

  describe('whose key', () => {
    function files(line: string): string[] {
      const path = join(jumpHost.directory, 'given');
      writeFileSync(path, line);
      return [path];
    }

    it('nobody knows is refused where nobody can be asked, and where a person declines, who is asked once', async () => {
      const asked: UnknownHost[] = [];
      const knownHostsFiles = files('');
      const told = await failure({ ...jumpHost.ssh, knownHostsFiles });
      assert.match(told, /^jumpHostKeyUnknown: .*nobody confirmed its key/);
      assert(told.includes(jumpHost.fingerprint), told);
      const confirmHostKey = (host: UnknownHost): Promise<boolean> => Promise.resolve(asked.push(host) < 0);
      await withClient(
        { nodes: servers.nodes, ssh: { ...jumpHost.ssh, knownHostsFiles, confirmHostKey } },
        async client => {
          await client.observe();
          assert.equal((await client.observe()).answered, 0);
          const { name: address, fingerprint } = jumpHost;
          assert.deepEqual(asked, [{ address, keyType: 'ssh-ed25519', fingerprint, file: knownHostsFiles[0] }]);
          // Vouched for elsewhere: by ssh in a terminal, or for another cluster.
          writeFileSync(knownHostsFiles[0]!, jumpHost.knownHostsLine);
          assert.equal((await client.observe()).answered, 3);
        },
      );
    });

    it('a person confirms is written down, and asked about no more', async () => {
      const knownHostsFiles = files('# mine');
      const confirmHostKey = (): Promise<boolean> => Promise.resolve(true);
      const answered = async (ssh: SshOptions): Promise<number> =>
        withClient({ nodes: [first], ssh }, async client => (await client.observe()).answered);
      assert.equal(await answered({ ...jumpHost.ssh, knownHostsFiles, confirmHostKey }), 3);
      assert.equal(readFileSync(knownHostsFiles[0]!, 'utf8'), `# mine\n${jumpHost.knownHostsLine}\n`);
      assert.equal(await answered({ ...jumpHost.ssh, knownHostsFiles }), 3);
    });

    it('has changed, or was revoked, is refused, whoever would confirm it', async () => {
      const confirmHostKey = (): Promise<boolean> => assert.fail('nobody is to be asked');
      const [, type, key] = jumpHost.knownHostsLine.split(' ');
      const name = jumpHost.name.replace(/(.*):/, '[$1]:');
      for (const [line, words] of [
        [`${name} ${newKey().public}`, 'shows another key than before'],
        [`@revoked * ${type} ${key}`, 'was revoked'],
      ] as const) {
        const told = await failure({ ...jumpHost.ssh, knownHostsFiles: files(line), confirmHostKey });
        assert.match(told, new RegExp(`^jumpHostKeyChanged: .*${words}`));
        assert.match(told, /No password and no key was shown to it/);
      }
    });
  });

  it('says what is wrong with the own key', async () => {
    const { host, port, username, knownHostsFiles } = jumpHost.ssh;
    const ssh = { host, port: port!, username: username!, knownHostsFiles: knownHostsFiles! };
    const encrypted = newKey('open sesame');
    for (const [key, words] of [
      [{ key: encrypted.private }, /^sshKeyUnreadable: .*encrypted, and its passphrase is missing/],
      [{ key: encrypted.private, passphrase: 'wrong' }, /^sshKeyUnreadable: .*its passphrase is wrong/],
      [{ key: encrypted.public }, /^sshKeyUnreadable: .*holds no private key/],
      [
        { key: encrypted.private, passphrase: 'open sesame' },
        /^jumpHostRefusedLogin: .*\(tried: key file\).*publickey/,
      ],
      [{ password: 'no such thing' }, /^jumpHostRefusedLogin: .*\(tried: password\)/],
      [{ agentSocket: join(jumpHost.directory, 'none') }, /^sshAgentMissing: .*Failed to connect to agent/],
    ] as const)
      assert.match(await failure({ ...ssh, ...key }), words);
  });

  it('says what the jump host does not reach, or forbids', async () => {
    const [free] = await findTestPorts(1);
    const told = await failure(jumpHost.ssh, [`127.0.0.1:${free}`]);
    assert.match(
      told,
      /^connectionRefused: .*\(through the jump host .*\) refused the connection: nothing listens on that port/,
    );
    const strict = await startJumpHost(['AllowTcpForwarding no']);
    try {
      assert.match(await failure(strict.ssh), /^forwardingForbidden: .*AllowTcpForwarding/);
    } finally {
      await strict.close();
    }
  });

  it('is a step of its own when the connection is tested', async () => {
    await withClient({ nodes: [first], ssh: jumpHost.ssh }, async client => {
      await settled(client, 3);
      const { nodes, jumpHost: tested } = await client.testConnection();
      assert.equal(tested, jumpHost.name);
      assert.deepEqual(
        nodes.map(({ steps }) => steps.map(({ name, outcome }) => `${name} ${outcome}`)),
        nodes.map(() => ['tunnel passed', 'tcp passed', 'signIn passed', 'server passed', 'permissions passed']),
      );
      assert.match(nodes[0]!.steps[0]!.text, /lets us in \(key file\)/);
    });
    await withClient({ nodes: [first], ssh: { ...jumpHost.ssh, key: newKey().private } }, async client => {
      const { nodes } = await client.testConnection();
      assert.deepEqual(
        nodes[0]!.steps.map(({ name, code }) => `${name} ${code}`),
        ['tunnel jumpHostRefusedLogin'],
      );
    });
  });
});
