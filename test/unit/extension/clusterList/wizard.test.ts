import assert from 'node:assert/strict';
import type { InputRequest, PickSteps, Prompts } from '../../../../src/extension/prompts';
import type { ClusterDefinition, ClusterSecrets, ClusterSession } from '../../../../src/extension/sessions/types';
import { addCluster } from '../../../../src/extension/commands/addCluster';
import { createCluster } from '../../../../src/extension/commands/createCluster';
import type { CommandDependencies } from '../../../../src/extension/commands/dependencies';
import { duplicateCluster } from '../../../../src/extension/commands/duplicateCluster';
import { editCluster } from '../../../../src/extension/commands/editCluster';
import { openLink } from '../../../../src/extension/commands/openLink';
import { resolveCluster } from '../../../../src/extension/commands/target';
import { findTestPorts } from '../../../support/freePorts';
import { startTestServers, type TestServers } from '../../../support/testCluster';
import { sampleTopology, threeShards } from '../sampleCluster';

const shop: ClusterDefinition = { id: 'shop', name: 'Shop', nodes: ['127.0.0.1:1'] };

describe('The list of clusters, asked step by step', () => {
  let servers: TestServers;
  let node: string;
  const password = 'hunter2';
  before(async () => {
    servers = await startTestServers({ count: 1, password });
    node = servers.nodes[0]!;
  });
  after(() => servers.close());

  it('takes all of the login from a URL, keeps the password apart, and asks only for what is left', async () => {
    const { dependencies, list, passwords, asked } = make(
      `redis://:${password}@${node}`,
      'Shop',
      'Read-Only',
      'Production…',
      'Blue',
    );
    const id = await addCluster(dependencies, undefined);
    assert.deepEqual(list(), [{ id, name: 'Shop', nodes: [node], readOnly: true, production: true, color: 'blue' }]);
    assert.deepEqual([...passwords], [[id, password]]);
    assert.equal(asked.length, 5);
  });

  it('asks for the login again when it was wrong, with what was typed, and saves nothing when turned away', async () => {
    const { dependencies, list, stood } = make(
      ...[`redis://:wrong@${node}`, 'Change Credentials', 'Plain Connection', '', password],
      ...['Shop', 'Changes Allowed', 'No Mark'],
    );
    await addCluster(dependencies, undefined);
    // What Enter takes.
    assert.equal(stood[1], 'Change Credentials');
    assert.deepEqual(
      list().map(({ name, nodes }) => [name, nodes]),
      [['Shop', [node]]],
    );
    const away = make(`redis://:${password}@${node}`, 'Shop', undefined);
    assert.equal(await addCluster(away.dependencies, undefined), undefined);
    assert.deepEqual(away.list(), []);
  });

  it('goes back step by step, with what was typed kept, and looks again only for what was answered anew', async () => {
    const { dependencies, list, stood } = make(
      ...[`redis://:${password}@${node}`, 'Shop', 'Read-Only', 'Production…', { back: 'Blue' }, { back: 'No Mark' }],
      ...[{ back: 'Read-Only' }, { back: 'Store' }, node, 'Plain Connection', '', { back: password }, 'default'],
      ...[password, 'Store', 'Changes Allowed', 'Colour Alone…', 'Green'],
    );
    const id = await addCluster(dependencies, undefined);
    assert.deepEqual(list(), [{ id, name: 'Store', nodes: [node], username: 'default', color: 'green' }]);
    assert.deepEqual(stood, [
      ...['', node, '', '', ''],
      ...['Production…', 'Read-Only', 'Shop', `redis://:${password}@${node}`],
      ...['', '', '', '', password, 'Store', 'Read-Only', 'No Mark', 'Blue'],
    ]);
  });

  it('refuses bad input at the step, and a name that is taken', async () => {
    const { dependencies, faults } = make('redis://a:1/0', undefined);
    await addCluster(dependencies, undefined);
    assert.match(faults[0]!, /one database alone/);
    const taken = make(`redis://:${password}@${node}`, 'Shop', undefined);
    taken.put(shop);
    await addCluster(taken.dependencies, undefined);
    assert.deepEqual(taken.faults, ['Another cluster has this name already.']);
    await assert.rejects(
      addCluster(taken.dependencies, { nodes: [node], password, name: 'Shop' }),
      /this name already/,
    );
  });

  it('judges the name of a cluster that is created in the same way, given or typed', async () => {
    const { dependencies, put, faults, asked } = make(' Shop', 'x'.repeat(101));
    put(shop);
    const argument = { nodes: [node], password, replicasPerMaster: 0, allowFewMasters: true };
    for (let time = 0; time < 2; time++)
      assert.equal(await createCluster(dependencies, { ...argument, confirmed: true }), undefined);
    assert.deepEqual(faults, ['Another cluster has this name already.', 'The name is longer than 100 characters.']);
    await assert.rejects(
      createCluster(dependencies, { ...argument, name: 'Shop ' }),
      /this name already\. Nothing was created\./,
    );
    assert.equal(asked.length, 2);
  });

  it('follows a link only after a question that names the servers, and then asks every step', async () => {
    const no = make(false);
    assert.equal(await openLink(no.dependencies, { path: '/add', query: `nodes=${node}&name=Gift` }), undefined);
    assert.match(no.asked[0]!, new RegExp(node));
    assert.deepEqual(no.list(), []);
    const yes = make(true, undefined);
    await openLink(yes.dependencies, { path: '/add', query: `nodes=${node}` });
    assert.deepEqual([yes.asked.length, yes.list().length], [2, 0]);
    await assert.rejects(
      openLink(yes.dependencies, { path: '/add', query: 'nodes=a:1&password=x' }),
      /was not followed/,
    );
    await assert.rejects(openLink(yes.dependencies, { path: '/show', query: 'cluster=Nobody' }), /no cluster "Nobody"/);
  });

  it('shows by a link the one cluster that has the name', async () => {
    const { dependencies, put, shown } = make();
    put(shop);
    await openLink(dependencies, { path: '/show', query: 'cluster=Shop' });
    assert.deepEqual(shown, ['shop']);
    put({ ...shop, id: 'other' });
    await assert.rejects(openLink(dependencies, { path: '/show', query: 'cluster=Shop' }), /or several are/);
    await openLink(dependencies, { path: '/show', query: 'cluster=other' });
    assert.deepEqual(shown, ['shop', 'other']);
  });

  it('edits a name without a test, but saves other addresses only once they answer or it is wanted all the same', async () => {
    const renamed = make('Name', 'Store', '$(check) Test and Save');
    renamed.put(shop);
    await editCluster(renamed.dependencies, { clusterId: 'shop' });
    assert.deepEqual(renamed.list(), [{ ...shop, name: 'Store' }]);

    const silent = `127.0.0.1:${(await findTestPorts(1))[0]}`;
    const moved = make('Addresses', silent, '$(check) Test and Save', false, undefined);
    moved.put(shop);
    await editCluster(moved.dependencies, { clusterId: 'shop' });
    assert.deepEqual(moved.list(), [shop]);
    const mended = make('Addresses', `redis://:${password}@${node}`, '$(check) Test and Save');
    mended.put(shop);
    await editCluster(mended.dependencies, { clusterId: 'shop' });
    assert.deepEqual(mended.list(), [{ ...shop, nodes: [node] }]);
    assert.deepEqual([...mended.passwords], [['shop', password]]);
  });

  it('lets no supervisor of a cluster act any more once one entry of it is marked as in production', async () => {
    const { dependencies, put, modes } = make('Mark', 'Production…', 'Red', '$(check) Test and Save');
    const topology = sampleTopology(threeShards);
    put(shop, { topology });
    put({ ...shop, id: 'twin', name: 'Twin' }, { topology });
    put({ ...shop, id: 'other', name: 'Other' });
    for (const id of ['shop', 'twin', 'other']) modes.set(id, 'act');
    await editCluster(dependencies, { clusterId: 'shop' });
    assert.deepEqual(Object.fromEntries(modes), { shop: 'ask', twin: 'ask', other: 'act' });
  });

  it('edits every other field, refusing what is wrong in it', async () => {
    const { dependencies, put, list, faults } = make(
      ...['ACL User', 'two words', 'ACL User', 'me', 'Password', 'x', 'Password', '', 'Mark', 'Colour Alone…', 'Green'],
      ...[
        'Spares',
        'a',
        'Spares',
        'a:1',
        'Hosts',
        'a:1',
        'Hosts',
        'a:1=rack',
        'Address Map',
        'a:1',
        'Address Map',
        'a:1=b:1',
      ],
      ...['TLS', 'TLS Without Verification', '', '/c.pem', ''],
      ...['TLS', 'TLS', '~/ca.pem', '', '', 'no name/', 'TLS', 'TLS', '~/ca.pem', '', '', 'redis.example'],
      ...['$(check) Test and Save', true],
    );
    put(shop);
    await editCluster(dependencies, { clusterId: 'shop' });
    assert.equal(faults.length, 6, faults.join('\n'));
    assert.deepEqual(list(), [
      {
        ...shop,
        ...{ username: 'me', color: 'green', spares: ['a:1'], hosts: { 'a:1': 'rack' }, addressMap: { 'a:1': 'b:1' } },
        tls: { caFile: '~/ca.pem', serverName: 'redis.example' },
      },
    ]);
  });

  it('asks for a jump host before how the connection is secured, and says that it is the jump host that is not reached', async () => {
    const silent = `127.0.0.1:${(await findTestPorts(1))[0]}`;
    const { dependencies, list, sshSecrets, faults, asked } = make(
      ...[node, 'Through an SSH Jump Host…', `me:secret@${silent}`],
      undefined,
    );
    await addCluster(dependencies, undefined);
    assert.match(faults[0]!, /A password does not belong there/);
    assert.deepEqual(list(), []);
    assert.equal(asked.length, 3);

    const through = make(
      ...[node, 'Through an SSH Jump Host…', `me@${silent}`, '', 'open sesame', 'Plain Connection', '', password],
      ...['Add Anyway', 'Shop', 'Changes Allowed', 'No Mark'],
    );
    const id = await addCluster(through.dependencies, undefined);
    const ssh = { host: '127.0.0.1', port: Number(silent.split(':')[1]), username: 'me' };
    assert.deepEqual(through.list(), [{ id, name: 'Shop', nodes: [node], ssh }]);
    assert.deepEqual([...through.sshSecrets], [[id, 'open sesame']]);
    assert.deepEqual([...sshSecrets], []);
    assert.ok(through.stood.includes('Change Addresses'));
    assert.ok(
      through.asked.some(question => question.includes(`The jump host ${silent} refused the connection`)),
      through.asked.join('\n'),
    );
  });

  it('edits the jump host, its secret with it, and takes it away', async () => {
    const { dependencies, put, list, sshSecrets } = make(
      ...['SSH Jump Host', 'me@bastion.invalid:2222', '/none', 'open sesame', '$(check) Test and Save', true],
    );
    put(shop);
    await editCluster(dependencies, { clusterId: 'shop' });
    const ssh = { host: 'bastion.invalid', port: 2222, username: 'me', keyFile: '/none' };
    assert.deepEqual(list(), [{ ...shop, ssh }]);
    assert.deepEqual([...sshSecrets], [['shop', 'open sesame']]);
    const away = make(...['SSH Jump Host', '', '$(check) Test and Save', true]);
    away.put({ ...shop, ssh });
    away.sshSecrets.set('shop', 'open sesame');
    await editCluster(away.dependencies, { clusterId: 'shop' });
    assert.deepEqual(away.list(), [shop]);
    assert.deepEqual([...away.sshSecrets], []);
  });

  it('lists a cluster twice with its password, under another name', async () => {
    const { dependencies, put, list, passwords } = make('Shop admin');
    put({ ...shop, readOnly: true });
    passwords.set('shop', password);
    const id = await duplicateCluster(dependencies, { clusterId: 'shop' });
    assert.deepEqual(list()[1], { ...shop, readOnly: true, name: 'Shop admin', id });
    assert.equal(passwords.get(id!), password);
    await assert.rejects(duplicateCluster(dependencies, { clusterId: 'shop', name: 'Shop' }), /this name already/);
  });

  it('says in words that a cluster is read-only, named or not', async () => {
    const { dependencies, put } = make();
    put({ ...shop, readOnly: true });
    await assert.rejects(
      resolveCluster(dependencies, { clusterId: 'shop' }, '', 'change'),
      /Shop is marked as read-only/,
    );
    await assert.rejects(
      resolveCluster(dependencies, {}, '', 'change'),
      /Every cluster in the list is marked as read-only/,
    );
    assert.equal((await resolveCluster(dependencies, {}, ''))?.definition.id, 'shop');
  });
});

type Answer = string | boolean | undefined | { back: string };

/** Commands over a list in memory; `answers` are typed and picked in turn. A text that is refused counts as turned away. */
function make(...answers: Answer[]) {
  const sessions: Pick<ClusterSession, 'definition' | 'lookNow'>[] = [];
  const passwords = new Map<string, string>();
  const sshSecrets = new Map<string, string>();
  const modes = new Map<string, string>();
  const [asked, stood, faults, shown]: string[][] = [[], [], [], []];
  const put = (definition: ClusterDefinition, seen: Partial<ClusterSession> = {}): void => {
    const index = sessions.findIndex(session => session.definition.id === definition.id);
    const session = { definition, lookNow: () => Promise.resolve(), ...seen };
    sessions.splice(index === -1 ? sessions.length : index, 1, session);
  };
  const next = (question: string, standing = '', back?: (typed: string) => void): Exclude<Answer, object> => {
    asked!.push(question);
    stood!.push(standing);
    assert.ok(answers.length > 0, `nobody answers: ${question}`);
    const answer = answers.shift();
    if (typeof answer !== 'object') return answer;
    assert.ok(back, `no way back: ${question}`);
    back(answer.back);
    return undefined;
  };
  const prompts = {
    input: async ({ prompt, value, validate, back }: InputRequest) => {
      const answer = next(prompt, value, back) as string | undefined;
      const fault = answer === undefined ? undefined : validate?.(answer);
      if (fault !== undefined) faults!.push(fault);
      return fault === undefined ? answer : undefined;
    },
    pick: async (
      choices: { label: string; value: unknown }[],
      title: string,
      _: string,
      { at, back }: PickSteps = {},
    ) => {
      const answer = next(title, at, back);
      if (answer === undefined) return undefined;
      return (choices.find(({ label }) => label === answer) ?? assert.fail(`${answer} is not offered in ${title}`))
        .value;
    },
    confirm: async ({ detail }: { detail: string }) => next(detail),
    offer: async (message: string, choices: { label: string; value: unknown }[]) => {
      const answer = next(message, choices[0]!.label);
      return (choices.find(({ label, value }) => label === answer || value === answer) ?? assert.fail(message)).value;
    },
    tell: () => undefined,
  } as unknown as Prompts;
  const dependencies = {
    prompts,
    supervision: {
      modeOf: ({ id }: ClusterDefinition) => modes.get(id) ?? 'ask',
      setMode: async ({ id }: ClusterDefinition, mode: string) => void modes.set(id, mode),
    },
    topologyPanels: { show: (id: string) => shown!.push(id) },
    store: {
      sessions: sessions as unknown as ClusterSession[],
      get: (id: string) => sessions.find(({ definition }) => definition.id === id),
      add: async (definition: ClusterDefinition, { password, sshSecret }: ClusterSecrets) => {
        put(definition);
        if (password !== undefined) passwords.set(definition.id, password);
        if (sshSecret !== undefined) sshSecrets.set(definition.id, sshSecret);
      },
      update: async (definition: ClusterDefinition) => {
        put(definition);
        return sessions.find(session => session.definition === definition);
      },
      password: async (id: string) => passwords.get(id),
      keyPassphrase: async () => undefined,
      setKeyPassphrase: async () => undefined,
      sshSecret: async (id: string) => sshSecrets.get(id),
      setSshSecret: async (id: string, now: string | undefined) =>
        void (now === undefined ? sshSecrets.delete(id) : sshSecrets.set(id, now)),
      setPassword: async (id: string, now: string | undefined) =>
        void (now === undefined ? passwords.delete(id) : passwords.set(id, now)),
    },
  } as unknown as CommandDependencies;
  return {
    dependencies,
    put,
    passwords,
    sshSecrets,
    modes,
    asked: asked!,
    stood: stood!,
    faults: faults!,
    shown: shown!,
    list: () => sessions.map(({ definition }) => definition),
  };
}
