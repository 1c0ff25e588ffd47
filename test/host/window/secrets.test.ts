import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBareServer, type BareServer } from '../../cluster/connection/bareServer';
import { CertificateAuthority, encryptKey } from '../../cluster/connection/certificates';
import { findTestPorts } from '../../support/freePorts';
import { sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { allowed, commandLines, dumpStorage, filesIn, formsOf, placesOf } from '../../support/leaks';
import { openWorkbench, until, type Workbench } from '../../support/vscodeHost';

/** Unlike any other word anywhere, so that finding one means a leak. */
const secrets = {
  user: 'mk1-user-9zq',
  wrongUser: 'mk2-wrong-user-8xw',
  passphrase: 'mk3-passphrase-7vk',
  wrongPassphrase: 'mk4-wrong-passphrase-6jd',
  inUrl: 'mk5/url-5hf',
  wrongInUrl: 'mk6/wrong-url-4gb',
  source: 'mk7-source-3tn',
  /** Of the server's default user, in its settings: nobody tells it to the extension. */
  ofServer: 'mk8-server-2rp',
};

describe('Secrets, in a session that uses all kinds of them', function () {
  // Each stage stands on the one before.
  this.bail(true);

  let directory: string;
  let vault: TestServers;
  let source: BareServer;
  let shop: BareServer;
  let workbench: Workbench;
  let address: string;
  /** What the extension host sent to the window: messages, documents, rows, settings, page messages, all it keeps. */
  const sent: string[] = [];
  const untilShown = (document: string): Promise<void> =>
    workbench.page.getByRole('tab', { name: new RegExp(`^${document}`) }).waitFor();

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-secrets-'));
    const ca = await CertificateAuthority.create(directory, 'ours');
    const [own, client] = await Promise.all([ca.issue('node', ['IP:127.0.0.1']), ca.issue('client', ['DNS:client'])]);
    await writeFile(client.keyFile, await encryptKey(client, secrets.passphrase));
    const [tlsPort] = await findTestPorts(1);
    address = `127.0.0.1:${tlsPort}`;
    [vault, source, shop] = await Promise.all([
      startTestServers({
        count: 1,
        password: secrets.ofServer,
        settings: {
          'tls-port': String(tlsPort),
          'tls-cert-file': own.certificateFile,
          'tls-key-file': own.keyFile,
          'tls-ca-cert-file': ca.certificateFile,
          'tls-auth-clients': 'yes',
          'tls-cluster': 'yes',
        },
      }),
      startBareServer({ requirepass: secrets.source }),
      startBareServer({ requirepass: secrets.inUrl, 'cluster-enabled': 'yes' }),
    ]);
    const ask = (...words: (string | number)[]): Promise<unknown> =>
      sendCommand(vault.ports[0]!, words, secrets.ofServer);
    await ask('CLUSTER', 'ADDSLOTSRANGE', 0, 16383);
    await ask('ACL', 'SETUSER', 'manager', 'on', `>${secrets.user}`, '~*', '&*', '+@all');
    await sendCommand(source.port, ['SET', 'imported', 'value'], secrets.source);
    const tls = {
      caFile: ca.certificateFile,
      certificateFile: client.certificateFile,
      keyFile: client.keyFile,
    };
    workbench = await openWorkbench({
      name: 'secrets',
      settings: {
        'redisCluster.clusters': [{ id: 'vault', name: 'Vault', nodes: [address], username: 'manager', tls }],
        'redisCluster.supervisor.mode': 'off',
      },
      onPage: page =>
        page.on('websocket', socket =>
          socket.on('framereceived', ({ payload }) => sent.push(payload.toString('latin1'))),
        ),
    });
    await workbench.openView();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(async () => {
    await workbench?.close();
    await Promise.all([vault?.close(), source?.close(), shop?.close()]);
    await rm(directory, { recursive: true, force: true });
  });

  it('a passphrase and a password are taken after wrong ones', async () => {
    await workbench.treeRow(/passphrase is missing/).waitFor();
    for (const [command, prompt, secret, row] of [
      ['Enter Key Passphrase…', 'Passphrase of', secrets.wrongPassphrase, /passphrase is wrong/],
      ['Enter Key Passphrase…', 'Passphrase of', secrets.passphrase, /wants a password for user/],
      ['Enter Password…', 'Password of manager', secrets.wrongUser, /did not accept the password/],
      ['Enter Password…', 'Password of manager', secrets.user, /^Cluster Vault, 2 problems/],
    ] as const) {
      await workbench.runCommand(`Redis Cluster: ${command}`);
      await workbench.answer(secret, prompt);
      // What is asked next would take the place of a box that is still being read.
      await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      await workbench.treeRow(row).waitFor();
    }
  });

  it('reports are made, keys are imported, a terminal is opened, the list is exported', async () => {
    await workbench.runCommand('Redis Cluster: Show Topology');
    await workbench.webviewFrame().getByText(address).first().waitFor();
    await workbench.runCommand('Redis Cluster: Test Connection');
    await untilShown('Connection test of Vault');
    await workbench.runCommand('Redis Cluster: Show Node Details');
    await workbench.pick(address);
    await untilShown('Details of');
    await workbench.runCommand('Redis Cluster: Import Keys from a Standalone Server…');
    await workbench.answer(source.address, 'The address of the server outside');
    await workbench.pick(/^Plain Connection/);
    await workbench.answer('', 'ACL user');
    await workbench.answer(secrets.source, `Password of ${source.address}`);
    await workbench.pick(/^Stop/);
    await workbench.answer('', `Which keys of ${source.address}?`);
    await workbench.acceptModal('Import');
    await untilShown('Import into Vault');
    await workbench.runCommand('Redis Cluster: Open Terminal');
    await workbench.pick(address);
    await until(
      'redis-cli runs',
      async () => commandLines().filter(line => line.includes('--user manager')),
      lines => lines.length > 0,
    );
    await workbench.runCommand('Redis Cluster: Export Clusters…');
    await workbench.answer('', 'Export Clusters');
    await workbench.page
      .locator('.quick-input-widget:visible')
      .getByRole('button', { name: 'OK', exact: true })
      .click();
    await until(
      'the list is written',
      async () => readdirSync(workbench.folder),
      names => names.length > 0,
    );
  });

  it('a URL with a login is taken after one with a wrong password', async () => {
    await workbench.runCommand('Redis Cluster: Add a Cluster…');
    await workbench.answer(`redis://:${encodeURIComponent(secrets.wrongInUrl)}@${shop.address}`, 'Paste addresses');
    assert.match(await workbench.acceptModal('Change Addresses'), /did not accept the password/);
    await workbench.answer(`redis://:${encodeURIComponent(secrets.inUrl)}@${shop.address}`, 'Paste addresses');
    await workbench.answer('Shop', 'Name of the cluster');
    await workbench.pick('Changes Allowed');
    await workbench.pick(/^No Mark/);
    await workbench.treeRow(/^Cluster Shop/).waitFor();
  });

  it('none of them stands in a file of the profile or of the folder', async () => {
    const filesWith = (text: string): string[] =>
      filesIn(workbench.directory).filter(file => readFileSync(file, 'latin1').includes(text));
    // VS Code writes a log some time after it was told.
    await until(
      'the log knows of the last cluster',
      () => Promise.resolve(filesWith('Shop was added')),
      found => found.length > 0,
    );
    const files = filesIn(workbench.directory);
    const holding = (text: string): string[] => files.filter(file => readFileSync(file, 'latin1').includes(text));
    for (const secret of Object.values(secrets))
      for (const form of formsOf(secret)) assert.deepEqual(holding(form), [], `${secret} as ${form}`);
    // What was looked through is what is meant: the list, the journal, the log, the exported file.
    for (const [text, name] of [
      ['Vault', /settings\.json$/],
      [source.address, /\.jsonl$/],
      ['Shop was added', /Redis Cluster\.log$/],
      ['Vault', /redis-clusters\.json$/],
    ] as const)
      assert.ok(
        holding(text).some(file => name.test(file)),
        `${text} in ${String(name)}`,
      );
  });

  it('none of them is in what the window keeps', async () => {
    const kept = await workbench.page.evaluate<string>(dumpStorage);
    for (const secret of Object.values(secrets))
      for (const form of formsOf(secret)) assert.ok(!kept.includes(form), `${secret} as ${form}`);
    assert.match(kept, /redisCluster\.shards|redis-cluster-manager/);
  });

  it('none of them is in what was shown, and only the secret storage and the terminal are told', () => {
    const leaks = sent.flatMap(frame =>
      Object.values(secrets).flatMap(secret =>
        formsOf(secret).flatMap(form => placesOf(frame, form).filter(place => !allowed.test(place))),
      ),
    );
    assert.deepEqual(leaks, []);
    const all = sent.join('\n');
    for (const shown of [
      '$setPassword',
      '$postMessage',
      secrets.user,
      secrets.wrongUser,
      secrets.passphrase,
      secrets.inUrl,
      'Details of',
      'maxmemory-policy',
    ])
      assert.ok(all.includes(shown), `${shown} was never sent: nothing was watched`);
  });

  it('none of them is an argument of a process', () => {
    const lines = commandLines();
    assert.ok(lines.some(line => line.includes('--user manager')));
    for (const secret of Object.values(secrets))
      assert.deepEqual(
        lines.filter(line => formsOf(secret).some(form => line.includes(form))),
        [],
        secret,
      );
  });
});
