import assert from 'node:assert/strict';
import { isSecretSetting } from '../../../../src/core/plan/config/secretSettings';
import { bytesOf, isSameValue } from '../../../../src/core/plan/config/settingValues';
import { planSetConfig, type SetConfigRequest } from '../../../../src/core/plan/config/planSetConfig';
import { describePlan } from '../../../../src/core/plan/describePlan';
import { planCommands } from '../../../../src/core/plan/planCommands';
import type { Plan } from '../../../../src/core/plan/types';
import { nodeId } from '../../topology/modelCluster';
import { assertRefused, sceneOf, withFailed, type Scene } from '../memberTopologies';

function plan(
  settings: Record<string, string>,
  request: Partial<SetConfigRequest> = {},
  scene: Scene = { spares: [] },
): Plan {
  return planSetConfig(sceneOf(scene), { settings, ...request });
}

/** All six nodes say the same but those given. */
function readingOf(
  values: Record<string, string>,
  others: Record<string, Record<string, string>> = {},
): SetConfigRequest['reading'] {
  const ids = [1, 2, 3, 4, 5, 6].map(nodeId);
  return { values: Object.fromEntries(ids.map(id => [id, { ...values, ...others[id] }])), failures: {} };
}

function warningsOf({ warnings }: Plan): string {
  return warnings.map(({ text }) => text).join(' ');
}

describe('a plan to set configuration', () => {
  it('is one step over all members, replicas tried first, with every node before and after', () => {
    const reading = readingOf({ 'cluster-node-timeout': '15000' }, { [nodeId(2)]: { 'cluster-node-timeout': '5000' } });
    const made = plan({ 'Cluster-Node-Timeout': '5000' }, { reading });
    assert.equal(made.title, 'Set cluster-node-timeout 5000 on all 6 nodes');
    const [step] = made.steps;
    assert.ok(step?.kind === 'setConfig');
    assert.deepEqual(
      step.nodes.map(({ id }) => id),
      [4, 5, 6, 1, 2, 3].map(nodeId),
    );
    assert.deepEqual(made.settings?.map(({ before }) => before).sort(), [
      '15000',
      '15000',
      '15000',
      '15000',
      '15000',
      '5000',
    ]);
    assert.match(describePlan(made), /cluster-node-timeout 5000 -> 5000: \S+:7002/);
    assert.match(planCommands(made).join('\n'), /-p 7001 CONFIG SET cluster-node-timeout 5000/);
    assert.deepEqual(made.before, made.after);
  });

  it('refuses secrets, fixed settings, names that are none, and what is so already', () => {
    for (const name of [
      'requirepass',
      'masterauth',
      'PRIMARYAUTH',
      'masteruser',
      'tls-key-file-pass',
      'ts-global-password',
    ])
      assertRefused(() => plan({ [name]: 'hunter2' }), 'secretSetting', /terminal/, /^((?!hunter2).)*$/s);
    for (const name of ['port', 'cluster-enabled', 'databases'])
      assertRefused(() => plan({ [name]: '1' }), 'settingFixed');
    for (const name of ['', '*', 'save 1', 'a"b']) assertRefused(() => plan({ [name]: '1' }), 'settingUnreadable');
    assertRefused(() => plan({}), 'noSettings');
    assertRefused(() => plan({ nosuch: '1' }, { reading: readingOf({}) }), 'settingUnknown', /nosuch/);
    const reading = readingOf({ maxmemory: '104857600' });
    assertRefused(
      () => plan({ maxmemory: '100mb' }, { reading }),
      'nothingToDo',
      /maxmemory is 104857600 on 6 nodes already/,
    );
    assert.equal(plan({ maxmemory: '100mb' }, { reading, rewrite: true }).kind, 'setConfig');
    assert.equal(isSecretSetting('tls-auth-clients') || isSecretSetting('masterport'), false);
  });

  it('refuses a value that no server knows, with those there are, unless a node has it already', () => {
    assertRefused(
      () => plan({ 'maxmemory-policy': 'nonsense' }),
      'settingValue',
      /"nonsense"\. .*one of noeviction, volatile-lru, .*allkeys-random/,
    );
    assertRefused(() => plan({ appendfsync: 'sometimes' }), 'settingValue', /always, everysec, no\./);
    assert.equal(plan({ 'maxmemory-policy': 'AllKeys-LRU' }).kind, 'setConfig');
    const reading = readingOf({ 'maxmemory-policy': 'noeviction' }, { [nodeId(1)]: { 'maxmemory-policy': 'newest' } });
    assert.equal(plan({ 'maxmemory-policy': 'newest' }, { reading }).kind, 'setConfig');
  });

  it('goes on without nodes that are silent, and needs one that answers', () => {
    const made = plan({ save: '900 1' }, {}, { ...withFailed(nodeId(1)), spares: [] });
    assert.match(warningsOf(made), /:7001 does not answer and will keep what it has/);
    const [step] = made.steps;
    assert.ok(step?.kind === 'setConfig' && step.nodes.at(-1)?.id === nodeId(1));
    assertRefused(
      () => plan({ save: '' }, { nodes: [nodeId(1)] }, { ...withFailed(nodeId(1)), spares: [] }),
      'noneAnswers',
    );
  });

  it('says what a node timeout means, against what it is and for those left out', () => {
    const reading = readingOf({ 'cluster-node-timeout': '15000' });
    const shorter = plan({ 'cluster-node-timeout': '5000' }, { reading });
    assert.match(
      warningsOf(shorter),
      /in milliseconds: .* after 5 to 7\.5 s.*Shorter than now \(15000 ms\).*While it changes/,
    );
    assert.equal(shorter.risk, 'none');
    assert.match(
      warningsOf(plan({ 'cluster-node-timeout': '60000' }, { reading })),
      /Longer than now \(15000 ms\): a dead master/,
    );
    const short = plan({ 'cluster-node-timeout': '100' }, { reading, nodes: 'masters' });
    assert.equal(short.risk, 'interruptsWrites');
    assert.match(warningsOf(short), /Below 1000 .*keep their own: nodes that count differently/);
  });

  it('knows what can lose data and what can stop clients', () => {
    const risks: [Record<string, string>, Plan['risk']][] = [
      [{ appendonly: 'no' }, 'losesData'],
      [{ appendonly: 'yes' }, 'none'],
      [{ save: '' }, 'losesData'],
      [{ save: '3600 1' }, 'none'],
      [{ 'maxmemory-policy': 'allkeys-lru' }, 'losesData'],
      [{ 'maxmemory-policy': 'noeviction' }, 'none'],
      [{ maxmemory: '1' }, 'losesData'],
      [{ maxmemory: '1', 'maxmemory-policy': 'noeviction' }, 'interruptsWrites'],
      [{ maxmemory: '100gb' }, 'none'],
      [{ maxmemory: '0' }, 'none'],
      [{ dir: '/data' }, 'losesData'],
      [{ 'cluster-replica-validity-factor': '0' }, 'losesData'],
      [{ 'cluster-slave-validity-factor': '0' }, 'losesData'],
      [{ 'min-replicas-to-write': '2' }, 'interruptsWrites'],
      [{ 'min-slaves-to-write': '2' }, 'interruptsWrites'],
      [{ 'min-replicas-to-write': '1' }, 'none'],
      [{ 'cluster-replica-no-failover': 'yes' }, 'interruptsWrites'],
      [{ 'cluster-require-full-coverage': 'no' }, 'none'],
      [{ 'cluster-announce-port': '7000' }, 'interruptsWrites'],
      [{ 'slowlog-max-len': '10' }, 'none'],
    ];
    for (const [settings, risk] of risks) assert.equal(plan(settings).risk, risk, JSON.stringify(settings));
    assert.match(warningsOf(plan({ 'replica-priority': '0' })), /looked at by Sentinel only/);
  });

  it('reads sizes as servers do', () => {
    assert.deepEqual(['100', '1k', '1kb', '2MB', '1gb', '1t', 'x'].map(bytesOf), [
      100,
      1000,
      1024,
      2097152,
      1073741824,
      undefined,
      undefined,
    ]);
    assert.ok(isSameValue('YES', 'yes') && isSameValue('100mb', '104857600') && !isSameValue('1', '1k'));
  });
});
