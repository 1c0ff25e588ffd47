import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkConnectOptions } from '../../../src/core/connection/connectOptions';
import { recall } from '../../../src/core/supervisor/memory';
import { readClusterFile, writeClusterFile } from '../../../src/extension/clusterList/clusterFile';
import { targetOf } from '../../../src/extension/commands/target';
import { answerTool } from '../../../src/extension/languageModel/tools';
import { toolInputs, toolNames } from '../../../src/extension/languageModel/toolInputs';
import { ShardMemory } from '../../../src/extension/sessions/shardMemory';
import { TimelineMemory } from '../../../src/extension/sessions/timelineMemory';
import type { ClusterDefinition } from '../../../src/extension/sessions/types';
import { parseEntry, parseLocalDefinitions } from '../../../src/extension/settings/parseClusters';
import {
  numberSettings,
  parseSettings,
  settingKeys,
  supervisorModes,
} from '../../../src/extension/settings/parseSettings';
import { parseRemembered } from '../../../src/extension/supervision/parseRemembered';
import { fakeMemento } from '../../unit/extension/fakes';
import { accepted, assertReadable, assertSound, fuzz } from './fuzz';
import { mutatedJson, oddValue, textLike } from './mutations';

const secret = 'hunter2-is-secret';
const definition = {
  id: 'shop-1a2b',
  name: 'Shop',
  nodes: ['10.0.0.1:6379', '[::1]:7000'],
  username: 'alice',
  tls: {
    caFile: '~/ca.pem',
    serverName: 'redis',
    serverNames: { '10.0.0.1:6379': 'redis-0' },
    skipVerification: false,
  },
  ssh: { host: 'bastion', port: 22, username: 'alice', keyFile: '~/.ssh/id', useAgent: true },
  addressMap: { '10.0.0.1:6379': '127.0.0.1:7000', '10.0.0.3:6379': '/run/redis/7000.sock' },
  hosts: { '10.0.0.1:6379': 'rack-1' },
  spares: ['10.0.0.2:6379'],
  readOnly: true,
  production: true,
  color: 'red',
};

describe('The settings', () => {
  const lists = fc.array(mutatedJson([definition, { ...definition, id: 'other', password: secret }]), { maxLength: 3 });
  const values = fc.oneof(oddValue, lists);
  const places = fc.record(
    {
      globalValue: values,
      workspaceValue: values,
      workspaceFolderValue: values,
      folders: fc.constant([{ uri: 'file:///a', name: '{0}', value: [definition] }]),
    },
    { requiredKeys: [] },
  );

  fuzz(
    'give values of the right shape, and say what is wrong',
    fc.tuple(places, fc.constantFrom(...settingKeys)),
    ([place, key]) => {
      const { values, problems } = parseSettings(asked => (asked === key || asked === 'clusters' ? place : undefined));
      for (const [name, { minimum, maximum }] of Object.entries(numberSettings)) {
        const value = name.split('.').reduce<unknown>((part, word) => (part as Record<string, unknown>)[word], values);
        assert.ok(typeof value === 'number' && value >= minimum && value <= maximum, `${name}: ${String(value)}`);
      }
      assert.ok(supervisorModes.includes(values.supervisor.mode));
      assert.equal(typeof values.supervisor.balanceRoles, 'boolean');
      for (const { text, key: about } of problems) {
        assert.ok(settingKeys.includes(about));
        assertReadable(text, place);
        assert.ok(!text.includes(secret), text);
      }
      const ids = values.clusters.map(({ definition: { id } }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const { definition: each } of values.clusters) assertUsable(each);
    },
  );

  fuzz(
    'say of an entry what is wrong, and not its login',
    mutatedJson([{ ...definition, username: `${secret}@x` }]),
    entry => {
      const parsed = parseEntry(entry);
      if ('reasons' in parsed) {
        assert.ok(parsed.reasons.length > 0);
        for (const reason of parsed.reasons) {
          assertReadable(reason, entry);
          assert.ok(!reason.includes(secret), reason);
        }
      }
    },
  );

  fuzz('know local clusters', mutatedJson([[{ ...definition, local: { directory: '/srv' } }]]), value => {
    for (const each of parseLocalDefinitions(value)) {
      assertUsable(each);
      assert.equal(typeof each.local?.directory, 'string');
    }
  });

  const file = JSON.parse(writeClusterFile([definition as unknown as ClusterDefinition])) as unknown;
  const fileTexts = fc.oneof(
    mutatedJson([file]).map(value => JSON.stringify(value) ?? ''),
    textLike([JSON.stringify(file)]),
  );
  fuzz('come from a file', fileTexts, text => {
    const content = accepted(() => readClusterFile(text, [definition as unknown as ClusterDefinition]), [Error], {
      input: text,
    });
    for (const problem of content?.problems ?? []) assertReadable(problem, text);
    for (const { cluster } of content?.clusters ?? []) assertUsable(cluster);
  });
});

describe('What was kept over a reload', () => {
  const node = { id: 'a'.repeat(40), address: '127.0.0.1:7000' };
  const subject = { ...node, slots: '0-5460' };
  const remembered = {
    tombstones: [{ ...node, replacedBy: node, atMilliseconds: 1, bannedUntilMilliseconds: 2 }],
    acts: [{ kind: 'replace', nodeId: node.id, atMilliseconds: 1 }],
    failure: { act: { kind: 'replace', subject, spare: node }, code: 'x', reason: 'It failed.', remedy: 'Mend it.' },
    flapping: subject,
    coolDownUntilMilliseconds: 5,
  };

  fuzz('of the supervisor', mutatedJson([remembered]), value => {
    const parsed = parseRemembered(value);
    if (parsed) assertSound(recall(parsed, { wall: 1_000_000, monotonic: 5 }));
  });

  const event = {
    atMilliseconds: Date.now(),
    kind: 'failed',
    text: 'x',
    id: '1',
    sinceMilliseconds: 1,
    nodeIds: [node.id],
    stages: [],
  };
  fuzz('of events', mutatedJson([[event, event]]), value => {
    const memento = fakeMemento();
    memento.values.set('redisCluster.timeline.shop', value);
    const memory = new TimelineMemory(memento as never, error => assert.fail(String(error)));
    for (const each of memory.recall('shop')) assertSound(each);
    memory.dispose();
  });

  fuzz('of shards', mutatedJson([[['shop', { [node.id]: 'shard' }]]]), value => {
    const memento = fakeMemento();
    memento.values.set('redisCluster.lastShards', value);
    const recalled = new ShardMemory(memento as never, error => assert.fail(String(error))).recall('shop');
    for (const shard of Object.values(recalled)) assert.equal(typeof shard, 'string');
  });
});

describe('What others give to commands and tools', () => {
  fuzz('targets', mutatedJson([{ clusterId: 'shop', nodeId: 'a', node: '127.0.0.1:7000' }]), argument => {
    for (const value of Object.values(targetOf(argument))) assert.equal(typeof value, 'string');
  });

  const input = {
    cluster: 'Shop',
    action: 'reshard',
    node: 'a',
    mode: 'graceful',
    slots: '10',
    from: ['a'],
    to: 'b',
    by: 'keys',
    includeEmpty: true,
  };
  fuzz(
    'inputs of language models',
    fc.tuple(fc.constantFrom(...toolNames), mutatedJson([input])),
    async ([name, given]) => {
      const parts = {
        store: { sessions: [] },
        journal: () => Promise.reject(new Error('never')),
        latencyMilliseconds: () => 1,
      };
      const answer = await answerTool(name, given, parts, new AbortController().signal);
      assertReadable(answer, given);
      toolInputs[name].safeParse(given);
    },
  );
});

/** Whatever is in the list can be dialled. */
function assertUsable({ nodes, addressMap, hosts, spares }: Omit<ClusterDefinition, 'id'>): void {
  assert.ok(nodes.length > 0);
  for (const address of new Set([...nodes, ...(spares ?? [])]))
    checkConnectOptions({ nodes: [address], ...(addressMap && { addressMap }), ...(hosts && { hosts }) });
}
