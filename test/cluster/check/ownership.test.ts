import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { CheckFinding } from '../../../src/core/health/check/types';
import { connect } from '../../../src/core/index';
import { eventually, sendCommand } from '../../support/testCluster';
import {
  assertMended,
  complaintsOf,
  plant,
  SLOT,
  startStage,
  tell,
  textsOf,
  unusual,
  type CheckStage,
} from './checkSuite';

describe('checking who owns what', () => {
  let stage: CheckStage;
  let [first, second, third, fourth] = [0, 0, 0, 0];

  before(async () => {
    stage = await startStage(4);
    [first, second, third, fourth] = stage.masters as [number, number, number, number];
  });
  after(() => stage.close());

  it('has nothing to say of a cluster that is well, and tells what was looked at', async () => {
    const client = connect({ nodes: stage.servers.nodes });
    try {
      const report = await client.check({ strayKeys: true });
      assert.deepEqual(unusual(report), []);
      assert.deepEqual(await complaintsOf(stage), []);
      const refusable = report.notChecked.filter(({ text }) => !/CLUSTER LINKS came with 7\.0/.test(text));
      assert.deepEqual(refusable, []);
      const counts = new Map(report.checked.map(({ subject, count }) => [subject, count]));
      assert.equal(counts.get('nodes'), 4);
      assert.equal(counts.get('slots'), 16384);
      assert.equal(counts.get('strayKeys'), 4);
      assert.ok(counts.get('settings')! >= 4 * 8);
      // Two links to each of three peers, at four nodes.
      if (report.notChecked.length === 0) assert.equal(counts.get('busLinks'), 24);
    } finally {
      await client.close();
    }
  });

  it('tells what a user without the rights could not be told, and goes on', async () => {
    const rules = ['on', '>pass', '~*', '&*', '+@all', '-config', '-cluster|countkeysinslot'];
    const isOld = String(await sendCommand(first, ['INFO', 'server'])).includes('redis_version:6');
    if (isOld) rules.pop();
    if (stage.hasSlotStats) rules.push('-cluster|slot-stats');
    for (const port of stage.masters) await tell(port, 'ACL', 'SETUSER', 'looker', ...rules);
    const client = connect({ nodes: stage.servers.nodes, username: 'looker', password: 'pass' });
    try {
      await tell(first, 'SET', '{b}', '1');
      const report = await client.check({ strayKeys: true });
      assert.deepEqual(unusual(report), []);
      const subjects = report.notChecked.map(({ subject }) => subject);
      assert.ok(subjects.includes('settings') && (isOld || subjects.includes('strayKeys')), subjects.join());
      assert.match(report.notChecked.map(({ text }) => text).join(), /NOPERM/);
    } finally {
      await client.close();
      await tell(first, 'FLUSHALL');
    }
  });

  it('finds keys in a slot that belongs to another, only when it is asked for, and says where and how many', async () => {
    await tell(second, 'SET', '{c}', '1');
    await tell(second, 'CLUSTER', 'SETSLOT', SLOT, 'IMPORTING', stage.ids.get(first)!);
    await plant(second, 4);
    await tell(second, 'CLUSTER', 'SETSLOT', SLOT, 'STABLE');
    assert.deepEqual(unusual(await stage.check()), [], 'a look does not see it');
    const progress: number[] = [];
    const report = await stage.check({ strayKeys: true, onProgress: ({ fraction }) => progress.push(fraction) });
    const [found, ...others] = unusual(report);
    assert.deepEqual(others, [], textsOf(others));
    assert.equal(found?.code, 'strayKeys');
    assert.deepEqual(found?.keys, { [stage.ids.get(second)!]: 4 });
    if (stage.hidesForeignKeys) assert.match(found.text, /holds 4 keys in slots it does not own/);
    else {
      assert.match(found.text, new RegExp(`:${second} holds 4 keys in slot ${SLOT}, which belongs to \\S+:${first}`));
      assert.deepEqual([found?.fix, found?.slots?.toString()], ['strayKeys', String(SLOT)]);
    }
    assert.ok(progress.every((fraction, index) => index === 0 || fraction >= progress[index - 1]!));
    assert.equal(progress.at(-1), 1);
    await tell(second, 'ACL', 'SETUSER', 'single', 'on', '>pass', '~*', '&*', '+@all', '-multi');
    const withoutTransactions = await strayKeysSeenBy('single');
    if (stage.hidesForeignKeys) assert.match(JSON.stringify(withoutTransactions), /NOPERM/);
    else assert.deepEqual(withoutTransactions, { [stage.ids.get(second)!]: 4 });
    await tell(second, 'FLUSHALL');
    await assertMended(stage);
  });

  /** On `second` alone: the keys, or why they were not counted. */
  async function strayKeysSeenBy(username: string): Promise<CheckFinding['keys'] | string> {
    const nodes = stage.servers.nodes.filter(node => node.endsWith(`:${second}`));
    const client = connect({ nodes, username, password: 'pass' });
    try {
      const { findings, notChecked } = await client.check({ strayKeys: true });
      const found = findings.find(({ code }) => code === 'strayKeys');
      return found?.keys ?? notChecked.find(({ subject }) => subject === 'strayKeys')?.text;
    } finally {
      await client.close();
    }
  }

  it('finds slots nobody owns, with the node that still holds their keys, and why the cluster is down', async () => {
    await tell(first, 'SET', '{b}', '1');
    for (const port of stage.masters) await tell(port, 'CLUSTER', 'DELSLOTS', SLOT, SLOT + 1);
    await eventually(async () => (await stage.connections.observe()).clusterState === 'fail', { what: 'it is down' });
    assert.notDeepEqual(await complaintsOf(stage), []);
    const found = unusual(await stage.check());
    const uncovered = found.find(({ code }) => code === 'slotsUnassigned');
    assert.deepEqual([uncovered?.slots?.toString(), uncovered?.fix], [`${SLOT}-${SLOT + 1}`, 'uncovered']);
    if (stage.hidesForeignKeys) assert.match(uncovered!.text, /Not every master tells whether it holds keys of them/);
    else assert.equal(uncovered?.keys?.[stage.ids.get(first)!], 1);
    const down = found.find(({ code }) => code === 'clusterStateFail');
    assert.match(down!.text, /2 slots belong to nobody\.$/);
    assert.deepEqual(found.map(({ code }) => code).sort(), ['clusterStateFail', 'slotsUnassigned'], textsOf(found));
    await tell(first, 'CLUSTER', 'ADDSLOTS', SLOT, SLOT + 1);
    await tell(first, 'FLUSHALL');
    await assertMended(stage);
  });

  it('finds slots with two owners by their own words', async () => {
    // Its epoch is the lower one, so the others soon talk it out of it: it says it again and again.
    const slots = '5461-5462';
    const claims = claimAgain(first, [5461, 5462]);
    try {
      let found: CheckFinding[] = [];
      await eventually(
        async () => (found = unusual(await stage.check())).some(({ code }) => code === 'slotsWithTwoOwners'),
        { what: 'two looks see two owners' },
      );
      await eventually(async () => (await complaintsOf(stage)).length > 0, { what: 'the reference tool sees them' });
      const [both, ...others] = found.filter(({ code }) => code === 'slotsWithTwoOwners');
      assert.deepEqual(others, []);
      assert.deepEqual([both?.severity, both?.fix, both?.slots?.toString()], ['error', 'owners', slots]);
      assert.deepEqual([...both!.nodeIds].sort(), [first, second].map(port => stage.ids.get(port)!).sort());
      assert.ok(!found.some(({ code }) => code === 'slotsUnassigned'), textsOf(found));
    } finally {
      await claims.stop();
    }
    await assertMended(stage);
  });

  it('never calls the slots of a master that is down unassigned', async () => {
    const ranges = '4096-8191';
    await stage.servers.servers.kill(second);
    const silent = unusual(await stage.check());
    assert.ok(!silent.some(({ code }) => code === 'slotsUnassigned'), textsOf(silent));
    assert.ok(
      silent.some(({ slots }) => slots?.toString() === ranges),
      textsOf(silent),
    );
    assert.notDeepEqual(await complaintsOf(stage), []);
    await eventually(
      async () => unusual(await stage.check()).some(({ code }) => code === 'masterFailedWithoutReplica'),
      { what: 'the cluster agrees that it failed' },
    );
    const report = await stage.check();
    const failed = unusual(report).find(({ code }) => code === 'masterFailedWithoutReplica');
    assert.deepEqual([failed?.slots?.toString(), failed?.fix], [ranges, undefined]);
    assert.ok(!report.findings.some(({ code }) => code === 'slotsUnassigned'));
    assert.ok(report.notChecked.some(({ text }) => text.includes(`:${second} did not answer`)));
    await stage.servers.servers.start(second);
    await assertMended(stage);
  });

  it('names settings that differ, with who differs', async () => {
    await tell(second, 'CONFIG', 'SET', 'cluster-node-timeout', '30000');
    const [found, ...others] = unusual(await stage.check());
    assert.deepEqual(others, [], textsOf(others));
    assert.match(
      found?.text ?? '',
      new RegExp(`^cluster-node-timeout differs: 1000 on .*; 30000 on \\S+:${second}\\. `),
    );
    assert.deepEqual(found?.nodeIds, [stage.ids.get(second)]);
    await tell(second, 'CONFIG', 'SET', 'cluster-node-timeout', '1000');
    await assertMended(stage);
  });

  it('names a ghost with the nodes that still list it, and calls its slots lost, not free', async () => {
    const ghost = stage.ids.get(fourth)!;
    await tell(fourth, 'CLUSTER', 'RESET', 'HARD');
    let found: CheckFinding[] = [];
    await eventually(async () => (found = unusual(await stage.check())).some(({ code }) => code === 'ghostNode'), {
      what: 'the ghost is seen',
    });
    const [ghostly, ...others] = found.filter(({ code }) => code === 'ghostNode');
    assert.deepEqual(others, []);
    const listing = [first, second, third].map(port => stage.ids.get(port)!);
    assert.deepEqual([...ghostly!.nodeIds].sort(), [ghost, ...listing].sort());
    assert.match(
      ghostly!.text,
      new RegExp(`\\(id ${ghost.slice(0, 8)}\\) is not there any more, and .* still list it`),
    );
    const again = found.filter(({ code, nodeIds }) => nodeIds[0] === ghost && /Suspect|nodeFailed|Joining/.test(code));
    assert.deepEqual(again, [], textsOf(again));
    assert.ok(!found.some(({ fix }) => fix === 'uncovered'), textsOf(found));
  });
});

/** A node that insists on owning slots. */
function claimAgain(port: number, slots: readonly number[]): { stop(): Promise<void> } {
  const client = new Redis({ port });
  let stopped = false;
  const claiming = (async () => {
    while (!stopped) {
      await client
        .multi()
        .cluster('DELSLOTS', ...slots)
        .cluster('ADDSLOTS', ...slots)
        .exec();
      await wait(5);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await claiming;
      client.disconnect();
    },
  };
}
