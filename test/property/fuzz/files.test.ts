import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { fingerprintOf, judgeHostKey, knownKeyTypes, typeOfKey } from '../../../src/core/connection/tunnel/knownHosts';
import { publishedPorts } from '../../../src/core/local/dockerCompose';
import { LocalServerError } from '../../../src/core/local/localServerError';
import { readNodeId } from '../../../src/core/local/readNodeId';
import { alignShardIds } from '../../../src/core/local/repairShardIds';
import { readServerRecord } from '../../../src/core/local/serverRecord';
import { unfinishedIn } from '../../../src/core/operation/backup/unfinished';
import { summarize } from '../../../src/core/operation/journaledOperation';
import { readJournalFileSync } from '../../../src/core/operation/journalFile';
import { heldLocks } from '../../../src/core/operation/lock';
import { describePlan } from '../../../src/core/plan/describePlan';
import { parseCommandLine } from '../../../src/core/plan/command/parseCommandLine';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planFailover } from '../../../src/core/plan/planFailover';
import { planReshard } from '../../../src/core/plan/planReshard';
import { PlanError } from '../../../src/core/plan/planError';
import { ClusterError } from '../../../src/core/topology/clusterError';
import { nodeId, sampleTopology, threeShards } from '../../unit/extension/sampleCluster';
import { recordedTexts } from '../recordings/recordings';
import { accepted, assertReadable, assertSound, fuzz } from './fuzz';
import { mutated, mutatedJson, textLike } from './mutations';

describe('Files', () => {
  let directory: string;
  before(() => (directory = mkdtempSync(join(tmpdir(), 'rcm-fuzz-'))));
  after(() => rmSync(directory, { recursive: true, force: true }));

  const write = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };

  const lines = journalLines();
  const journals = fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...lines.slice(1)) },
        { weight: 1, arbitrary: mutatedJson(lines) },
      ),
      { maxLength: 5 },
    )
    .chain(rest => fc.tuple(fc.oneof(fc.constant(lines[0]), mutatedJson([lines[0]])), fc.constant(rest)))
    .map(([first, rest]) => [first, ...rest].map(line => `${JSON.stringify(line)}\n`).join(''));

  fuzz(
    'journals',
    fc.oneof({ weight: 4, arbitrary: journals }, { weight: 1, arbitrary: journals.chain(text => mutated([text])) }),
    text => {
      const path = write('operation.jsonl', text);
      const content = accepted(() => readJournalFileSync(path), [ClusterError], { input: text });
      if (!content) return;
      const operation = summarize(content, false);
      assert.equal(typeof operation.title, 'string');
      assert.ok(operation.stepIndex >= 0 && content.wholeBytes <= Buffer.byteLength(text));
      // What is read is shown.
      assertReadable(describePlan(content.header.plan).slice(0, 10_000), text);
    },
  );

  const lock = {
    operationId: 'a',
    title: 'Move slots',
    nodeIds: ['a'],
    since: '2026-01-01T00:00:00.000Z',
    pid: 1,
    processStart: '',
    host: hostname(),
  };
  fuzz('locks', texts(lock), async text => {
    const locks = join(directory, 'locks');
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, 'a.json'), text);
    for (const held of await heldLocks(locks))
      assert.ok(held.nodeIds.every(id => typeof id === 'string') && Number.isFinite(held.pid));
  });

  const mark = { since: '2026-01-01T00:00:00.000Z', pid: 1, processStart: '', host: hostname() };
  fuzz('marks of backups', texts(mark), async text => {
    const backup = join(directory, 'backup');
    mkdirSync(backup, { recursive: true });
    writeFileSync(join(backup, 'unfinished.json'), text);
    const found = await unfinishedIn(backup);
    if (found) assertSound(found);
  });

  const record = {
    port: 7000,
    pid: 1,
    binary: '/usr/bin/redis-server',
    flavour: 'redis',
    version: '7.0.15',
    startedAt: 'x',
    hostLabel: 'a',
    protected: false,
    settings: { persistence: true, nodeTimeoutMilliseconds: 2000, extra: { save: '' } },
  };
  fuzz('records of servers', texts(record), text => {
    write('server.json', text);
    const read = readServerRecord(directory);
    if (read) assertSound(read);
  });

  const nodesConf = recordedTexts('CLUSTER NODES').map(text => `${text}vars currentEpoch 6 lastVoteEpoch 0\n`);
  fuzz('states of servers', textLike(nodesConf), text => {
    write('nodes.conf', text);
    const id = readNodeId(directory);
    if (id !== undefined) assert.match(id, /^[0-9a-f]{40}$/);
    assert.equal(alignShardIds(text).split('\n').length, text.split('\n').length);
  });

  const key = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36, 7)]);
  const knownHosts = [
    `bastion ssh-ed25519 ${key.toString('base64')}\n@revoked * ssh-rsa AAAA\n|1|c2FsdA==|aGFzaA== ssh-rsa AAAA`,
    '*.example,!bad.example ssh-ed25519 AAAA\n[bastion]:2222 ssh-ed25519 AAAA',
    `${'*a'.repeat(30)}b ssh-rsa AAAA`,
  ];
  const hosts = fc.constantFrom('bastion', 'a'.repeat(60), '[', 'a.example', '::1');
  fuzz('known_hosts', fc.tuple(textLike(knownHosts), hosts), ([text, host]) => {
    const address = { host, port: 22 };
    assert.ok(['known', 'unknown', 'changed', 'revoked'].includes(judgeHostKey(text, address, key)));
    knownKeyTypes(text, address);
    fingerprintOf(key);
  });

  fuzz('keys of hosts', fc.uint8Array({ maxLength: 40 }), bytes => {
    assert.equal(typeof typeOfKey(Buffer.from(bytes)), 'string');
  });

  fuzz(
    'compose files',
    textLike([
      "services:\n  a:\n    ports:\n      - '127.0.0.1:7000-7007:7000-7007'\n",
      "- '127.0.0.1:1-99999999999:1-2'\n",
    ]),
    text => {
      const ports = accepted(() => publishedPorts(text), [LocalServerError], { input: text });
      if (ports) assert.ok(ports.length > 0 && ports.every(port => port >= 1 && port <= 65535));
    },
  );

  fuzz(
    'command lines',
    textLike(['SET "a b" \'c\' \\x00', 'GET key', '"\\xff\\n"', 'CONFIG SET maxmemory 100mb']),
    text => {
      const words = accepted(() => parseCommandLine(text), [PlanError], { input: text });
      for (const word of words ?? []) assert.ok(typeof word === 'string' || Buffer.isBuffer(word));
    },
  );
});

/** Of files that hold one JSON value. */
function texts(value: unknown): fc.Arbitrary<string> {
  const json = JSON.stringify(value);
  return fc.oneof(
    mutatedJson([value]).map(each => JSON.stringify(each) ?? ''),
    textLike([json]),
  );
}

/** A header, then records, as they are written. */
function journalLines(): unknown[] {
  const topology = sampleTopology(threeShards);
  const empty = sampleTopology([7000, 7001, 7002, 7003, 7004, 7005].map(port => ({ port, alone: true })));
  const process = { pid: 1, processStart: '', host: 'here' };
  const at = '2026-01-01T00:00:00.000Z';
  const node = { id: nodeId(7000), address: '127.0.0.1:7000' };
  const plans = [
    planReshard(topology, { slots: '0-9', to: nodeId(7001) }),
    planFailover(topology, { replica: nodeId(7003) }),
    planCreate(empty, { replicasPerMaster: 1 }),
  ];
  return [
    ...plans.slice(0, 1).map(plan => ({ formatVersion: 1, id: 'a', plan, startedAt: at, ...process })),
    { type: 'stepStarted', index: 0, at },
    { type: 'stepDone', index: 0, at },
    { type: 'foundEmpty', nodes: [node] },
    { type: 'setting', node, parameter: 'save', original: '', value: '' },
    { type: 'functions', node, dump: null },
    { type: 'continued', mode: 'resume', at, ...process },
    { type: 'outcome', outcome: 'failed', message: 'It failed.', notes: [], settled: false, at },
    ...plans.slice(1).map(plan => ({ type: 'stepDone', index: 0, at, plan })),
  ].map(value => JSON.parse(JSON.stringify(value)) as unknown);
}
