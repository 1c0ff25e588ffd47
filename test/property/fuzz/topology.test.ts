import assert from 'node:assert/strict';
import { announcedAddress } from '../../../src/core/connection/answers';
import { normalAddress } from '../../../src/core/connection/connectOptions';
import { readSlots } from '../../../src/core/plan/slots/readSlots';
import { PlanError } from '../../../src/core/plan/planError';
import { formatAddress, parseAddress } from '../../../src/core/topology/address';
import { ClusterError } from '../../../src/core/topology/clusterError';
import { MalformedReplyError } from '../../../src/core/topology/malformedReplyError';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import { parseClusterShards } from '../../../src/core/topology/parseClusterShards';
import { parseClusterInfo, parseServerInfo } from '../../../src/core/topology/parseInfo';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { SlotTextCache } from '../../../src/core/topology/slotTextCache';
import { joinRanges, readRange, readRanges } from '../../../src/shared/slotRanges';
import { recordedReplies, recordedTexts } from '../recordings/recordings';
import { accepted, assertReadable, assertSound, fuzz } from './fuzz';
import { mutated, mutatedReply, textLike } from './mutations';

const address = '127.0.0.1:7000';

describe('What nodes say of their cluster', () => {
  const cache = new SlotTextCache();

  fuzz('CLUSTER NODES', textLike(recordedTexts('CLUSTER NODES')), text => {
    const lines = accepted(() => parseClusterNodes(text, address, cache), [MalformedReplyError], { input: text });
    if (!lines) return;
    assert.equal(lines.filter(({ flags }) => flags.includes('myself')).length, 1);
    assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
    for (const line of lines) {
      assert.match(line.id, /^[0-9a-f]{40}$/);
      assert.ok(line.port <= 65535 && Number.isInteger(line.busPort));
      assert.ok(Number.isFinite(line.configEpoch));
      const announced = announcedAddress(line);
      // Whoever is listed is dialled.
      if (announced !== undefined) assert.equal(formatAddress(parseAddress(announced)), announced);
    }
    // Lines are shared between replies: what was read of one must not depend on others.
    assert.deepEqual(parseClusterNodes(text, address), lines);
  });

  fuzz('CLUSTER SHARDS', mutatedReply(recordedReplies('CLUSTER SHARDS')), reply => {
    const shards = accepted(() => parseClusterShards(reply, address), [MalformedReplyError], { input: reply });
    for (const { slots, nodes } of shards ?? []) {
      assert.ok(slots instanceof SlotSet);
      for (const { id, role, health, port, tlsPort, replicationOffset } of nodes) {
        assert.match(id, /^[0-9a-f]{40}$/);
        assert.ok(role === 'master' || role === 'replica', String(role));
        assert.ok(['online', 'loading', 'fail'].includes(health), String(health));
        assert.ok((port ?? tlsPort ?? -1) >= 0);
        assert.ok(Number.isSafeInteger(replicationOffset));
      }
    }
  });

  fuzz('CLUSTER INFO', textLike(recordedTexts('CLUSTER INFO')), text => {
    const info = accepted(() => parseClusterInfo(text, address), [MalformedReplyError], { input: text });
    if (info) assertSound(info);
  });

  fuzz('INFO', textLike(recordedTexts('INFO')), text => {
    const info = accepted(() => parseServerInfo(text, address), [MalformedReplyError], { input: text });
    if (!info) return;
    assertSound(info);
    assert.match(info.version, /\S/);
    assert.ok(['master', 'replica'].includes(info.role));
  });
});

const addresses = ['127.0.0.1:7000', '[::1]:7000', '[fe80::1%eth0]:6379', 'redis-0.shop.svc:6379', 'redis://h:1'];

describe('What people and settings name', () => {
  fuzz('addresses', textLike(addresses), text => {
    const read = accepted(() => parseAddress(text), [ClusterError], { input: text });
    if (!read) return;
    assert.ok(Number.isInteger(read.port) && read.port >= 1 && read.port <= 65535);
    assert.deepEqual(parseAddress(formatAddress(read)), read);
    assert.equal(normalAddress(normalAddress(text)), normalAddress(text));
  });

  const slotTexts = ['0-5460', '0-100,5461', '7000 8000-8005', '16383', '0-16383', '0,2,4,6,8-10'];

  fuzz('slots of a plan', textLike(slotTexts), text => {
    const slots = accepted(() => readSlots(text), [PlanError], { input: text });
    if (!slots) return;
    assert.ok(!slots.isEmpty);
    assert.ok(slots.equals(SlotSet.parse(slots.toString())));
  });

  fuzz('slot sets', textLike(slotTexts), text => {
    const slots = accepted(() => SlotSet.parse(text), [RangeError], { input: text });
    if (slots) assert.ok(slots.equals(SlotSet.fromRanges(slots.ranges())));
  });

  fuzz('slots on the page', textLike(slotTexts), text => {
    const read = readRanges(text);
    if ('unreadable' in read) return assert.equal(readRange(read.unreadable), undefined);
    assert.deepEqual(joinRanges(read.ranges), read.ranges);
    assert.equal(SlotSet.parse(text).toString(), SlotSet.fromRanges(read.ranges).toString());
  });
});

describe('Replies that were cut or garbled', () => {
  fuzz('quote the line that is wrong, never all of it', mutated(recordedTexts('CLUSTER NODES')), text => {
    try {
      parseClusterNodes(`${text}\n${'x'.repeat(5000)}`, address);
      assert.fail('it was read');
    } catch (error) {
      if (!(error instanceof MalformedReplyError)) throw error;
      assertReadable(error.message, text);
      assert.ok(error.message.length < 1200, error.message);
      assert.ok(error.message.includes(address));
    }
  });
});
