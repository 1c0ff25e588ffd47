import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDialled } from '../../../src/core/connection/dialledAddress';
import { parseAddress } from '../../../src/core/topology/address';
import { ClusterError } from '../../../src/core/topology/clusterError';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { parseJumpHost } from '../../../src/extension/clusterList/askSsh';
import { freeName, nameFault } from '../../../src/extension/clusterList/nameFault';
import { parseConnectionText } from '../../../src/extension/clusterList/parseConnectionText';
import { parseLink } from '../../../src/extension/clusterList/parseLink';
import {
  parseAddressList,
  parseAddressMap,
  parseHostLabels,
  parseWeights,
} from '../../../src/extension/commands/addressList';
import { refuseValue } from '../../../src/extension/commands/askForSetting';
import { readSlots, refuseSlots } from '../../../src/extension/commands/reshard';
import { faultOf } from '../../../src/extension/faultOf';
import { accepted, assertReadable, fuzz } from './fuzz';
import { textLike } from './mutations';

const secret = 'hunter2';
const nodes = ['10.0.0.1:6379', '10.0.0.2:6379'];
const meant = [Error, ClusterError];

describe('What people type or paste', () => {
  fuzz(
    'addresses',
    textLike([nodes.join(', '), nodes.join('\n'), '[::1]:7000;a:1', `alice:${secret}@10.0.0.1:6379`]),
    text => {
      const list = accepted(() => parseAddressList(text), meant, {
        input: text,
        secrets: text.includes(`${secret}@`) ? [secret] : [],
      });
      if (!list) return;
      assert.equal(new Set(list).size, list.length);
      for (const address of list) parseAddress(address);
    },
  );

  const connections = [
    nodes.join(','),
    `redis://alice:${secret}@10.0.0.1:6379`,
    `rediss://:${secret}%2F@[::1]:7000/`,
    `valkeys://${secret}@host`,
    `redis://host:1/0?password=${secret}`,
  ];
  fuzz('ways to a cluster', textLike(connections), text => {
    const isUrl = text.includes('://') || text.includes('@');
    const read = accepted(() => parseConnectionText(text), meant, { input: text, secrets: isUrl ? [secret] : [] });
    if (!read) return;
    assert.ok(read.nodes.length > 0);
    for (const address of read.nodes) parseAddress(address);
    if (read.username !== undefined) assert.ok(read.username !== '' && !/\s/.test(read.username));
    assert.notEqual(read.password, '');
  });

  fuzz('jump hosts', textLike(['alice@bastion:2222', 'bastion', '[::1]:22', `alice:${secret}@bastion`]), text => {
    const read = accepted(() => parseJumpHost(text), meant, { input: '', secrets: [secret] });
    if (read)
      assert.ok(
        (read.port ?? 22) >= 1 && (read.port ?? 22) <= 65535 && read.host !== '' && !read.username?.includes('@'),
      );
  });

  const labels = ['10.0.0.1:6379=rack-1, 10.0.0.2:6379=rack-2', '10.0.0.1:6379=__proto__', '__proto__=a'];
  fuzz('labels of hosts', fc.tuple(textLike(labels), fc.boolean()), ([text, isFree]) => {
    const read = accepted(() => parseHostLabels(text, isFree ? undefined : nodes), meant, { input: text });
    for (const [address, label] of Object.entries(read ?? {})) assert.ok(parseAddress(address) && label !== '');
  });

  fuzz(
    'weights',
    textLike(['10.0.0.1:6379=2, 10.0.0.2:6379=0.5', '10.0.0.1:6379=1e400', `10.0.0.1:6379=${'9'.repeat(400)}`]),
    text => {
      const read = accepted(() => parseWeights(text, nodes), meant, { input: text });
      for (const [address, weight] of Object.entries(read ?? {}))
        assert.ok(nodes.includes(address) && Number.isFinite(weight) && weight >= 0, text);
    },
  );

  fuzz(
    'maps of addresses',
    textLike(['10.0.0.1:6379=127.0.0.1:7000', '[::1]:1=a:2;b:3=c:4', 'a:1=/run/redis/1.sock']),
    text => {
      const read = accepted(() => parseAddressMap(text), meant, { input: text });
      for (const [announced, dialled] of Object.entries(read ?? {})) {
        parseAddress(announced);
        parseDialled(dialled);
      }
    },
  );

  fuzz('slots to move', textLike(['100', '0-99', '5461-5461,7000-7009', '16384']), text => {
    const refusal = refuseSlots(text);
    if (refusal !== undefined) return assertReadable(refusal, text);
    const slots = readSlots(text);
    if (typeof slots === 'number') assert.ok(Number.isInteger(slots) && slots >= 1 && slots <= 16384);
    else assert.ok(!SlotSet.parse(slots).isEmpty);
  });

  const sessions = [{ definition: { id: 'a', name: 'Shop', nodes } }] as never[];
  fuzz('names of clusters', textLike(['Shop', 'a b', 'x'.repeat(101)]), text => {
    const fault = nameFault(text, sessions);
    if (fault !== undefined) return assertReadable(fault, text);
    assert.equal(nameFault(freeName(text.trim(), sessions), sessions), undefined);
  });

  fuzz(
    'values of settings',
    fc.tuple(textLike(['100mb', '-1', '75%', 'yes']), fc.constantFrom('5', 'yes', '')),
    ([text, now]) => {
      const refusal = refuseValue(text, now);
      if (refusal === undefined) assert.ok(!/[\r\n\0]/.test(text));
    },
  );

  const queries = [
    'nodes=10.0.0.1:6379,10.0.0.2:6379&name=Shop&user=alice&tls=true',
    'cluster=Shop',
    `nodes=a:${secret}@b:1`,
    '__proto__=x&constructor=y',
  ];
  fuzz(
    'links',
    fc.tuple(fc.constantFrom('/add', '/show', '/', '', '/__proto__'), textLike(queries)),
    ([path, query]) => {
      const link = accepted(() => parseLink({ path, query }), [Error], { input: '', secrets: [secret] });
      if (link?.kind === 'add') {
        for (const address of link.nodes) parseAddress(address);
        for (const text of [link.name, link.username])
          if (text !== undefined) assert.ok(text.length <= 100 && !/\p{Cc}/u.test(text));
      }
      if (link?.kind === 'show') assert.match(link.cluster, /\S/);
    },
  );

  fuzz('faults are told', fc.string(), text => {
    const fault = faultOf(() => parseConnectionText(text));
    if (fault !== undefined) assertReadable(fault, text);
  });
});
