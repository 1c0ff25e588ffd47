import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectOptions } from '../../../src/core/connection/types';
import { checkRdbFile } from '../../../src/core/operation/backup/checkRdbFile';
import type { BackupManifest } from '../../../src/core/operation/backup/types';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planReshard } from '../../../src/core/plan/planReshard';
import type { MigrationEngine } from '../../../src/core/plan/types';
import type { ClusterNode } from '../../../src/core/topology/types';
import { findTestPorts } from '../../support/freePorts';
import { settled, withClient } from '../../support/members';
import { keyInSlot } from '../../support/slots/loadSlots';
import { redisCli, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { CertificateAuthority } from '../connection/certificates';

// Unlike any word of a text, so that finding one in a text means a leak.
const password = 'x"9q7';
const userPassword = 'z4j8k';
const slots = [10, 11, 12, 13, 14];

/** MIGRATE speaks TLS exactly when its server's tls-cluster says so, whatever the client that sends it speaks. */
for (const tlsCluster of ['yes', 'no'] as const)
  describe(`moving slots where servers have TLS ports and a password, tls-cluster ${tlsCluster}`, () => {
    let directory: string;
    let ca: string;
    let caFile: string;
    let tlsPorts: number[];
    const servers: TestServers[] = [];

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'rcm-tls-'));
      const authority = await CertificateAuthority.create(directory, 'ours');
      ({ certificate: ca, certificateFile: caFile } = authority);
      const own = await authority.issue('node', ['IP:127.0.0.1']);
      tlsPorts = await findTestPorts(3);
      // One by one: each has a TLS port of its own.
      for (const tlsPort of tlsPorts)
        servers.push(
          await startTestServers({
            count: 1,
            password,
            settings: {
              'tls-port': String(tlsPort),
              'tls-cert-file': own.certificateFile,
              'tls-key-file': own.keyFile,
              'tls-ca-cert-file': authority.certificateFile,
              'tls-auth-clients': 'no',
              'tls-cluster': tlsCluster,
              'tls-replication': tlsCluster,
            },
          }),
        );
      for (const { ports } of servers)
        await sendCommand(
          ports[0]!,
          ['ACL', 'SETUSER', 'mover', 'on', `>${userPassword}`, '~*', '&*', '+@all'],
          password,
        );
      await withClient({ ...overTls(), password }, async client => {
        const plan = planCreate(await client.observe(), { replicasPerMaster: 0 });
        assert.equal((await client.run(plan).finished).outcome, 'completed');
      });
    });
    after(async () => {
      await Promise.all(servers.map(each => each.close()));
      await rm(directory, { recursive: true, force: true });
    });

    const overTls = (): ConnectOptions => ({ nodes: tlsPorts.map(port => `127.0.0.1:${port}`), tls: { ca } });
    const plainly = (): ConnectOptions => ({ nodes: servers.flatMap(({ nodes }) => nodes) });

    for (const [how, options] of [
      ['over TLS as a user', () => ({ ...overTls(), username: 'mover', password: userPassword })],
      ['plainly with the password', () => ({ ...plainly(), password })],
    ] as const)
      it(`takes every key along ${how}, by every engine the servers have`, () =>
        withClient(options(), async client => {
          const { engines } = await client.measureSlots();
          for (const engine of Object.values(engines)[0]!) await moveThereAndBack(client, engine);
        }));

    it('hands out its data over TLS, for a backup by a user', () =>
      withClient({ ...overTls(), username: 'mover', password: userPassword }, async client => {
        await fill((await ends(client)).source);
        const target = join(directory, 'backup');
        await client.backup({ directory: target });
        const text = await readFile(join(target, 'manifest.json'), 'utf8');
        assert.doesNotMatch(text, /9q7|z4j8k/);
        const { shards, missingSlots } = JSON.parse(text) as BackupManifest;
        assert.equal(missingSlots, '');
        for (const { file, sha256 } of shards) assert.equal((await checkRdbFile(join(target, file))).sha256, sha256);
        assert.equal(
          shards.reduce((sum, { keys = 0 }) => sum + keys, 0),
          slots.length,
        );
      }));

    async function moveThereAndBack(client: ClusterClient, engine: MigrationEngine): Promise<void> {
      const { source, target } = await ends(client);
      await fill(source);
      for (const to of [target, source]) {
        const measurements = await client.measureSlots();
        const plan = planReshard(await settled(client, 3), { slots: slots.join(), to: to.id, engine, measurements });
        const said: string[] = [];
        const { outcome, notes } = await client.run(plan, { onProgress: ({ message }) => said.push(message) }).finished;
        assert.deepEqual([outcome, notes], ['completed', []]);
        // No password, and no other engine.
        assert.doesNotMatch(JSON.stringify([plan, said]), /9q7|z4j8k|classic way/);
      }
      assert.deepEqual(await valuesAt(source), slots.map(String));
      await check();
    }

    async function ends(client: ClusterClient): Promise<{ source: ClusterNode; target: ClusterNode }> {
      const { nodes } = await settled(client, 3);
      const source = nodes.find(each => each.slots.has(slots[0]!));
      const target = nodes.find(each => each.slots.has(16_383));
      assert(source && target);
      return { source, target };
    }

    /** Over its plain port, which the topology may not name. */
    async function plainPortOf({ id }: ClusterNode): Promise<number> {
      for (const { ports } of servers)
        if ((await sendCommand(ports[0]!, ['CLUSTER', 'MYID'], password)) === id) return ports[0]!;
      return assert.fail(`no server is ${id}`);
    }

    async function fill(node: ClusterNode): Promise<void> {
      const port = await plainPortOf(node);
      for (const slot of slots) await sendCommand(port, ['SET', keyInSlot(slot, 0), slot], password);
    }

    async function valuesAt(node: ClusterNode): Promise<unknown[]> {
      const port = await plainPortOf(node);
      return Promise.all(slots.map(slot => sendCommand(port, ['GET', keyInSlot(slot, 0)], password)));
    }

    async function check(): Promise<void> {
      const args = ['--tls', '--cacert', caFile, '--cluster', 'check', `127.0.0.1:${tlsPorts[0]}`];
      const [first] = servers;
      const { exitCode, output } =
        tlsCluster === 'yes'
          ? await redisCli(first!, ...args)
          : await redisCli(first!, '--cluster', 'check', first!.nodes[0]!);
      assert.equal(exitCode, 0, output);
      assert.doesNotMatch(output, /\[(ERR|WARNING)\]/, output);
    }
  });
