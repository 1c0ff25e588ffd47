import assert from 'node:assert/strict';
import type { CheckFinding } from '../../../src/core/health/check/types';
import { health } from '../../../src/core/health/health';
import { restartRisk } from '../../../src/core/health/persistence';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Persistence, Topology } from '../../../src/core/topology/types';
import { changed, looksAt, modelCluster, nodeId, nodeOf, type Viewpoint } from '../topology/modelCluster';
import { judge, lookOf } from './check/evidence';

const nodes = modelCluster(3, 1);
const [master, other, replica] = [1, 2, 4].map(nodeId) as [string, string, string];

interface Scene {
  /** As it told before it died. */
  told?: Persistence;
  /** As its replica tells. */
  replicaTells?: Persistence;
  keys?: number;
  flags?: string[];
  /** Of the second master. */
  otherFlags?: string[];
  silent?: string[];
}

/** The first master died; its replica has its keys. */
function died({
  told,
  replicaTells,
  keys = 7,
  flags = ['fail'],
  otherFlags = [],
  silent = [master],
}: Scene = {}): Topology {
  const before: Viewpoint = { info: { keys }, ...(told && { persistence: told }) };
  const previous = mergeLooks(looksAt(nodes, { viewpoints: { [master]: before } }));
  const seen = changed(changed(nodes, master, { flags }), other, { flags: otherFlags });
  const viewpoints = Object.fromEntries(seen.map(({ id }): [string, Viewpoint] => [id, { nodes: seen }]));
  viewpoints[replica] = {
    nodes: seen,
    info: { keys, masterLink: 'down' },
    ...(replicaTells && { persistence: replicaTells }),
  };
  return mergeLooks(looksAt(nodes, { silent, viewpoints }), { previous });
}

/** Two of three masters died at once. */
function minority(scene: Scene): Topology {
  return died({ ...scene, flags: ['fail?'], otherFlags: ['fail?'], silent: [master, other] });
}

function keeps(scene: Scene): string | undefined {
  const topology = died(scene);
  return restartRisk(nodeOf(topology, master), topology)?.keeps;
}

function remedyOf(topology: Topology, code: string): string {
  const found = health(topology).problems.find(problem => problem.code === code);
  assert.ok(found, code);
  return found.remedy;
}

describe('the risk of starting a dead master', () => {
  it('is judged by what it told last, else by what its replicas tell, else is unknown', () => {
    assert.equal(keeps({ told: 'nothing', replicaTells: 'log' }), 'nothing');
    assert.equal(keeps({ told: 'snapshots' }), 'snapshots');
    assert.equal(keeps({ told: 'log', replicaTells: 'nothing' }), undefined, 'all it took is on disk');
    assert.equal(keeps({ replicaTells: 'nothing' }), 'nothing');
    assert.equal(keeps({ replicaTells: 'log' }), undefined);
    assert.equal(keeps({}), 'unknown');
  });

  it('is none while no replica holds keys, or the master answers', () => {
    assert.equal(keeps({ told: 'nothing', keys: 0 }), undefined);
    assert.equal(keeps({ told: 'nothing', flags: [], silent: [] }), undefined);
  });

  it('says not to start what would come back empty, wherever a problem would say to start it', () => {
    const failed = died({ told: 'nothing' });
    assert.match(remedyOf(failed, 'masterFailed'), /Do not start 10\.0\.0\.0:7001 as it is: nothing of it is on disk/);
    assert.match(
      remedyOf(failed, 'masterFailed'),
      /10\.0\.0\.3:7004 would copy that\. Fail over to 10\.0\.0\.3:7004 first/,
    );
    assert.doesNotMatch(remedyOf(failed, 'masterFailed'), /If it does not happen, start/);
    const suspect = died({ told: 'nothing', flags: ['fail?'] });
    assert.match(remedyOf(suspect, 'nodeSuspect'), /Do not start/);
    assert.doesNotMatch(remedyOf(suspect, 'nodeSuspect'), /If it is stopped, start it/);
    assert.match(
      remedyOf(minority({ told: 'nothing' }), 'noMajority'),
      /^Start 10\.0\.0\.1:7002\. Do not start 10\.0\.0\.0:7001/,
    );
  });

  it('says not to wait where no majority is left to decide', () => {
    assert.match(remedyOf(minority({ told: 'log' }), 'nodeSuspect'), /^Waiting does not help: .* start it\.$/);
    assert.match(remedyOf(minority({ told: 'nothing' }), 'nodeSuspect'), /^Waiting does not help: .* Do not start/);
    assert.match(remedyOf(died({ told: 'log', flags: ['fail?'] }), 'nodeSuspect'), /^Wait: /);
    const failed = died({ told: 'log', otherFlags: ['fail?'], silent: [master, other] });
    assert.match(remedyOf(failed, 'masterFailed'), /^Waiting does not help: .* Start 10\.0\.0\.0:7001/);
    const seenHere = died({ told: 'log', flags: ['fail?'], otherFlags: ['fail?'], silent: [other] });
    assert.match(remedyOf(seenHere, 'nodeSuspect'), /^Waiting does not help: .* cluster bus ports/);
  });

  it('warns where nobody could tell, and of snapshots', () => {
    assert.match(
      remedyOf(died(), 'masterFailed'),
      /If 10\.0\.0\.0:7001 keeps nothing on disk \(save '' and appendonly no\)/,
    );
    assert.match(remedyOf(died({ told: 'snapshots' }), 'masterFailed'), /comes back as of its last one/);
    assert.match(remedyOf(died({ told: 'log' }), 'masterFailed'), /If it does not happen, start 10\.0\.0\.0:7001\./);
  });

  it('is told of a master that keeps nothing and whose replicas are gone too: they first', () => {
    const remedy = (scene: Scene): string => remedyOf(died(scene), 'masterFailedWithoutReplica');
    const both = [master, replica];
    assert.match(
      remedy({ told: 'nothing', silent: both }),
      /Nothing of 10\.0\.0\.0:7001 is on disk: started, it comes back empty, .*: start or resume 10\.0\.0\.3:7004 first/,
    );
    assert.doesNotMatch(remedy({ told: 'log', silent: both }), /is on disk/);
    const bare = modelCluster(3);
    const viewpoints = { [master]: { info: { keys: 7 }, persistence: 'nothing' as const } };
    const previous = mergeLooks(looksAt(bare, { viewpoints }));
    const gone = mergeLooks(looksAt(changed(bare, master, { flags: ['fail'] }), { silent: [master] }), { previous });
    assert.match(remedyOf(gone, 'masterFailedWithoutReplica'), /is on disk: started, it comes back empty\.$/);
  });

  it('is told of a replica too old to be elected', () => {
    const settings = {
      'cluster-replica-validity-factor': '1',
      'cluster-node-timeout': '1000',
      'repl-ping-replica-period': '1',
    };
    const remedy = (told: Persistence): string => {
      const topology = died({ told });
      const found = judge({ ...lookOf(), topology }, { settings: new Map([[replica, settings]]) });
      return found.find(({ code }) => code === 'replicaDataTooOld')!.remedy;
    };
    assert.match(remedy('nothing'), /^Do not start .* Fail over to 10\.0\.0\.3:7004 first\./);
    assert.match(remedy('log'), /^Start 10\.0\.0\.0:7001: it has the newest data/);
  });
});

describe('a check of masters that keep nothing on disk', () => {
  const nothing = { save: '', appendonly: 'no' };

  function found(settings: Record<string, string>, keys = 5): CheckFinding[] {
    const viewpoints = Object.fromEntries([master, other].map(id => [id, { info: { keys } }]));
    const values = new Map([master, other, replica].map(id => [id, settings]));
    const all = judge(lookOf(looksAt(nodes, { viewpoints })), { settings: values });
    return all.filter(({ code }) => code === 'keepsNothing');
  }

  it('tells all of them once, and how to mend it', () => {
    const [finding, ...more] = found(nothing);
    assert.deepEqual([finding?.nodeIds, more, finding?.severity], [[master, other], [], 'warning']);
    assert.match(finding!.text, /10\.0\.0\.0:7001 and 10\.0\.0\.1:7002 keep nothing of their 10 keys on disk/);
    assert.match(finding!.remedy, /Set Configuration on Nodes.*CONFIG REWRITE/);
  });

  it('names one, and of more than three how many they are', () => {
    const seen = modelCluster(4);
    const all = seen.map(({ id }): [string, Record<string, string>] => [id, nothing]);
    const viewpoints = Object.fromEntries(seen.map(({ id }) => [id, { info: { keys: 1 } }]));
    const text = (masters: number): string =>
      judge(lookOf(looksAt(seen, { viewpoints })), { settings: new Map(all.slice(0, masters)) }).find(
        ({ code }) => code === 'keepsNothing',
      )!.text;
    assert.match(text(1), /^10\.0\.0\.0:7001 keeps nothing of its 1 key on disk/);
    assert.match(text(3), /^10\.0\.0\.0:7001, 10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 keep nothing/);
    assert.match(text(4), /^4 masters \(10\.0\.0\.0:7001, .*\) keep nothing of their 4 keys/);
  });

  it('has nothing to say of one with save points, an append-only file or no keys, nor of what was not asked', () => {
    assert.deepEqual(found({ ...nothing, save: '3600 1' }), []);
    assert.deepEqual(found({ ...nothing, appendonly: 'yes' }), []);
    assert.deepEqual(found({ appendonly: 'no' }), []);
    assert.deepEqual(found(nothing, 0), []);
  });
});
