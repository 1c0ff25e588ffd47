import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { permissionsFor } from '../../../src/core/connection/diagnosis/aclRule';
import { shortfallOf } from '../../../src/core/connection/diagnosis/tellPermissions';
import type { NodeTest } from '../../../src/core/connection/diagnosis/types';
import { health } from '../../../src/core/health/health';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { planSetConfig } from '../../../src/core/plan/config/planSetConfig';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planFailover } from '../../../src/core/plan/planFailover';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import { planReshard } from '../../../src/core/plan/planReshard';
import type { Plan } from '../../../src/core/plan/types';
import { makeUser, refusedTo } from '../../support/aclUsers';
import { nodeAt, settled, shardOf } from '../../support/members';
import { keyInSlot } from '../../support/slots/loadSlots';
import { checkCluster, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';

const password = 'of the default user';
const manager = { username: 'manager', password: 'm4n4ge' };
const watcher = { username: 'watcher', password: 'w4tch' };

describe('the least rights', () => {
  let servers: TestServers;
  const clients: ClusterClient[] = [];

  before(async () => {
    servers = await startTestServers({ count: 7, password, nodeTimeoutMilliseconds: 1000 });
    await makeUser(servers, manager, permissionsFor('managing'), { keys: true });
    await makeUser(servers, watcher, permissionsFor('watching'));
  });
  after(async () => {
    await Promise.all(clients.map(client => client.close()));
    await servers?.close();
  });

  function clientOf(user: { username: string; password: string }, nodes = servers.nodes): ClusterClient {
    const client = connect({ nodes, ...user });
    clients.push(client);
    return client;
  }

  async function complete(client: ClusterClient, plan: Plan): Promise<void> {
    const { outcome, notes } = await client.run(plan).finished;
    assert.deepEqual([outcome, notes], ['completed', []]);
  }

  it('for managing suffice to create, move slots, fail over, replace, configure and back up', async () => {
    const six = clientOf(manager, servers.nodes.slice(0, 6));
    await complete(six, planCreate(await six.observe(), { replicasPerMaster: 1 }));

    const client = clientOf(manager);
    let topology = await settled(client, 6);
    const { engines } = await client.measureSlots();
    for (const engine of Object.values(engines)[0]!) {
      const { master } = shardOf(topology, 10);
      const target = shardOf(topology, master.slots.has(16_383) ? 0 : 16_383).master;
      await sendCommand(master.port, ['SET', keyInSlot(10, 0), 'kept'], password);
      const measurements = await client.measureSlots();
      await complete(client, planReshard(topology, { slots: '10-12', to: target.id, engine, measurements }));
      topology = await settled(client, 6);
      assert.equal(await sendCommand(shardOf(topology, 10).master.port, ['GET', keyInSlot(10, 0)], password), 'kept');
    }

    const { master, replicas } = shardOf(topology);
    await complete(client, planFailover(topology, { replica: replicas[0]!.id }));
    await complete(
      client,
      planReplaceNode(await settled(client, 6), { node: master.id, forgetWaitMilliseconds: 1000 }),
    );
    const names = ['maxmemory-samples'];
    const settings = { 'maxmemory-samples': '7' };
    await complete(
      client,
      planSetConfig(await client.observe(), { settings, reading: await client.readConfig({ names }) }),
    );
    const directory = await mkdtemp(join(servers.directory, 'backup-'));
    const { manifest } = await client.backup({ directory });
    assert.equal(manifest.shards.length, 3);

    assert.deepEqual(await refusedTo(servers, manager.username), []);
    await checkCluster(servers, shardOf(await settled(client, 6)).master.port);
  });

  it('for watching suffice to look and to check, which says what it may not ask', async () => {
    const client = clientOf(watcher);
    const topology = await settled(client, 6);
    const known = await clientOf({ username: 'default', password }).observe();
    assert.deepEqual(
      health(topology).problems.map(({ text }) => text),
      health(known).problems.map(({ text }) => text),
    );
    const { findings, notChecked } = await client.check({ strayKeys: true });
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['singleHost'],
    );
    assert.deepEqual(
      notChecked.map(({ subject, nodeIds }) => [subject, nodeIds.length]),
      [['settings', 6]],
    );
    assert.match(notChecked[0]!.text, /CONFIG GET.*\+config\|get/);
    assert.deepEqual(await refusedTo(servers, watcher.username), ['command config|get']);
  });

  it('for watching let no action begin, each says what is missing', async () => {
    const client = clientOf(watcher);
    const before = await settled(client, 6);
    const { replicas } = shardOf(before);
    const attempts: [rule: RegExp, () => Promise<unknown>][] = [
      [/\+cluster\|failover/, () => client.run(planFailover(before, { replica: replicas[0]!.id })).finished],
      [/\+config\|get/, () => client.run(planSetConfig(before, { settings: { 'maxmemory-samples': '9' } })).finished],
      [/\+slowlog\|get/, () => client.slowCommands(replicas[0]!.address)],
      [/\+client\|list/, () => client.connectedClients(replicas[0]!.address)],
    ];
    for (const [rule, attempt] of attempts) {
      const said = await attempt().then(result => JSON.stringify(result), String);
      assert.match(said, rule);
    }
    assert.equal((await settled(client, 6)).stateId, before.stateId);
  });

  it('are found by the test of a connection, for each user the same by dry run and by asking', async () => {
    const tested = async (user: { username: string; password: string }): Promise<NodeTest> => {
      const { nodes } = await clientOf(user).testConnection();
      assert.equal(nodes.length, 7);
      return nodes[0]!;
    };
    const { permissions: all } = await tested(manager);
    assert(all);
    assert.deepEqual([all.user, all.how, all.missing, all.withoutKeys, all.unknown], ['manager', 'dryRun', [], [], []]);

    const { permissions: few, steps } = await tested(watcher);
    assert(few);
    const { missing } = shortfallOf(few, 'watching');
    assert.deepEqual(missing, []);
    const lacking = permissionsFor('managing').filter(
      each => !permissionsFor('watching').includes(each) && !few.absent.includes(each),
    );
    assert.deepEqual(few.missing, lacking);
    assert.match(steps.at(-1)!.text, /^"watcher" may watch\. For managing it lacks \d+ rights\.$/);

    const untold = permissionsFor('watching').filter(({ command }) => command !== 'acl|dryrun');
    await makeUser(servers, { username: 'untold', password: 'u' }, untold);
    const { permissions: asked } = await tested({ username: 'untold', password: 'u' });
    assert(asked);
    assert.equal(asked.how, 'asked');
    assert.deepEqual(
      asked.missing,
      few.missing.filter(({ canBeAsked }) => canBeAsked),
    );
    assert.deepEqual(
      asked.allowed,
      few.allowed.filter(({ canBeAsked }) => canBeAsked),
    );
    const dbsizes = await Promise.all(servers.ports.map(port => sendCommand(port, ['DBSIZE'], password)));
    assert.equal(nodeAt(await clientOf(watcher).observe(), servers.ports[0]!).reachable, true);
    assert(
      dbsizes.every(size => Number(size) <= 1),
      'the test wrote no key',
    );
  });

  it('are printed as the rule that would suffice', async () => {
    await makeUser(servers, { username: 'poor', password: 'p' }, permissionsFor('watching').slice(0, 1));
    const { nodes } = await clientOf({ username: 'poor', password: 'p' }, [servers.nodes[0]!]).testConnection();
    const step = nodes[0]!.steps.at(-1)!;
    assert.deepEqual([step.name, step.outcome], ['permissions', 'warning']);
    const rule = /ACL SETUSER <user> (.*)$/.exec(step.remedy ?? '')?.[1];
    assert(rule, step.remedy);
    await sendCommand(servers.ports[0]!, ['ACL', 'SETUSER', 'poor', ...rule.split(' ')], password);
    const again = await clientOf({ username: 'poor', password: 'p' }, [servers.nodes[0]!]).testConnection();
    assert.match(again.nodes[0]!.steps.at(-1)!.text, /^"poor" may watch\./);
  });
});
