import assert from 'node:assert/strict';
import { MalformedReplyError } from '../../../src/core/topology/malformedReplyError';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import { SlotTextCache } from '../../../src/core/topology/slotTextCache';
import type { NodeLine } from '../../../src/core/topology/types';
import { nodeId } from './modelCluster';
import { recordedText } from './recording';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const OWN = `${A} 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-16383`;

describe('parseClusterNodes', () => {
  it('reads what a Redis 7.0.15 of three masters and three replicas says, host name included', () => {
    const lines = parseClusterNodes(recordedText('healthy', 21001, 'CLUSTER NODES'), '127.0.0.1:21001');
    assert.deepEqual(
      lines.map(line => [line.port, line.busPort, line.flags.join(), line.slots.toString(), line.configEpoch]).sort(),
      [
        [21001, 31001, 'myself,master', '0-5460', 1],
        [21002, 31002, 'master', '5461-10922', 2],
        [21003, 31003, 'master', '10923-16383', 3],
        [21004, 31004, 'slave', '', 3],
        [21005, 31005, 'slave', '', 1],
        [21006, 31006, 'slave', '', 2],
      ],
    );
    const replica = lines.find(line => line.port === 21005)!;
    assert.equal(replica.hostname, 'node5.example.com');
    assert.equal(replica.masterId, lines.find(line => line.port === 21001)!.id);
    assert.ok(replica.linkConnected);
  });

  it('reads open slots, lone slots and a handshake as Redis 7.0.15 sends them', () => {
    const source = parseClusterNodes(recordedText('open', 21001, 'CLUSTER NODES'), '127.0.0.1:21001');
    const own = source.find(line => line.flags.includes('myself'))!;
    assert.equal(own.slots.toString(), '0-6,8,11-5460');
    const target = source.find(line => line.port === 21002)!;
    assert.deepEqual(own.openSlots, [{ slot: 100, direction: 'migrating', peerId: target.id }]);
    assert.deepEqual(source.find(line => line.flags.includes('handshake'))!.flags, ['handshake']);

    const there = parseClusterNodes(recordedText('open', 21002, 'CLUSTER NODES'), '127.0.0.1:21002');
    const ownThere = there.find(line => line.flags.includes('myself'))!;
    assert.deepEqual(ownThere.openSlots, [{ slot: 100, direction: 'importing', peerId: own.id }]);
  });

  it('fills in the asked host while a node does not know its own address', () => {
    const text = recordedText('fresh', 21007, 'CLUSTER NODES');
    assert.equal(parseClusterNodes(text, '127.0.0.1:21007')[0]!.host, '127.0.0.1');
    assert.equal(parseClusterNodes(text, '[::1]:21007')[0]!.host, '::1');
    assert.equal(parseClusterNodes(text, 'redis-0.example:21007')[0]!.host, 'redis-0.example');
  });

  it('leaves the host of another node empty when it is not known', () => {
    const [, other] = parseClusterNodes(`${OWN}\n${B} :7001@17001 master,noaddr - 0 0 1 disconnected`, '10.0.0.1:7000');
    assert.equal(other!.host, '');
    const [, named] = parseClusterNodes(
      `${OWN}\n${B} :0@0,myself.example slave,noaddr ${A} 0 0 1 disconnected`,
      '10.0.0.1:7000',
    );
    assert.equal(named!.host, '');
  });

  it('reads IPv6 hosts, which come without brackets', () => {
    const lines = parseClusterNodes(recordedText('ipv6', 21011, 'CLUSTER NODES'), '[::1]:21011');
    assert.deepEqual(
      lines.map(({ host, port, busPort }) => [host, port, busPort]),
      [
        ['::1', 21011, 31011],
        ['::1', 21012, 31012],
      ],
    );
  });

  it('reads flags of doubt, of failure and of a lost address', () => {
    const flagsAt = (scenario: string, port: number, subject: number): readonly string[] =>
      parseClusterNodes(recordedText(scenario, port, 'CLUSTER NODES'), `127.0.0.1:${port}`).find(
        line => line.port === subject,
      )!.flags;
    assert.deepEqual(flagsAt('no-majority', 21001, 21002), ['master', 'fail?']);
    assert.deepEqual(flagsAt('master-failed', 21002, 21001), ['master', 'fail', 'nofailover']);
    assert.deepEqual(flagsAt('reset-hard', 21002, 0), ['slave', 'noaddr']);
  });

  const forms: [string, string, Record<string, unknown>][] = [
    [
      'Redis 3 without a bus port',
      `${A} 10.0.0.1:7000 myself,master - 0 0 1 connected 0-5460`,
      { host: '10.0.0.1', busPort: 17000 },
    ],
    [
      'Redis 5 and 6',
      `${A} 10.0.0.1:7000@17000 myself,slave ${B} 0 1600000000000 12 connected`,
      { masterId: B, configEpoch: 12 },
    ],
    [
      'Redis 7 with a host name',
      `${A} 10.0.0.1:7000@17000,one.example myself,master - 0 0 1 connected`,
      { hostname: 'one.example' },
    ],
    [
      'Redis 8 with an empty host name',
      `${A} 10.0.0.1:7000@17000, myself,master - 0 0 1 connected`,
      { hostname: undefined },
    ],
    [
      'auxiliary fields behind the host name',
      `${A} 10.0.0.1:7000@17000,one.example,shard-id=${B} myself,master - 0 0 1 connected`,
      { hostname: 'one.example' },
    ],
    [
      'auxiliary fields without a host name',
      `${A} 10.0.0.1:7000@17000,,tls-port=0,shard-id=${B} myself,master - 0 0 1 connected`,
      { hostname: undefined },
    ],
    [
      'an auxiliary field in place of the host name',
      `${A} 10.0.0.1:7000@17000,shard-id=${B} myself,master - 0 0 1 connected`,
      { hostname: undefined },
    ],
    ['a bus port of its own', `${A} 10.0.0.1:7000@7777 myself,master - 0 0 1 connected`, { busPort: 7777 }],
    [
      'the last ports there are',
      `${A} 10.0.0.1:65535@65535 myself,master - 0 0 1 connected`,
      { port: 65535, busPort: 65535 },
    ],
    ['IPv6 in brackets', `${A} [::1]:7000@17000 myself,master - 0 0 1 connected`, { host: '::1' }],
    [
      'IPv6 with a scope',
      `${A} fe80::1%eth0:7000@17000 myself,master - 0 0 1 connected`,
      { host: 'fe80::1%eth0', port: 7000 },
    ],
    [
      'a replica that lost its master',
      `${A} 10.0.0.1:7000@17000 myself,slave - 0 0 1 connected`,
      { masterId: undefined },
    ],
    [
      'Valkey 9: several open slots',
      `${A} 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-99 [7->-${B}] [16383-<-${B}]`,
      {
        openSlots: [
          { slot: 7, direction: 'migrating', peerId: B },
          { slot: 16383, direction: 'importing', peerId: B },
        ],
      },
    ],
    [
      'a flag that is not known yet',
      `${A} 10.0.0.1:7000@17000 myself,master,brandnew - 0 0 1 connected`,
      { flags: ['myself', 'master', 'brandnew'] },
    ],
    ['carriage returns', `${A} 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 5\r\n`, { linkConnected: true }],
    ['blank lines at the end', `${A} 10.0.0.1:7000@17000 myself,master - 0 0 1 connected\n\n \r\n`, { id: A }],
    ['no trailing line end', `${A} 10.0.0.1:7000@17000 myself,master - 0 0 1 disconnected`, { linkConnected: false }],
  ];
  for (const [name, text, expected] of forms)
    it(`reads ${name}`, () => {
      const line: Record<string, unknown> = { ...parseClusterNodes(text, '10.0.0.1:7000')[0]! };
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(line[field], value, field);
    });

  const malformed: [string, string, number | undefined, RegExp][] = [
    ['empty text', '', undefined, /there is nothing in it/],
    ['blank lines only', '\n\r\n', undefined, /there is nothing in it/],
    [
      'an HTML page',
      '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>',
      1,
      /fewer than 8 fields/,
    ],
    [
      'an HTML page with enough words',
      '<p>The server at this address is not able to answer now</p>',
      1,
      /are not two times/,
    ],
    [
      'no line of its own',
      `${A} 127.0.0.1:7000@17000 master - 0 0 1 connected`,
      undefined,
      /no line is marked "myself"/,
    ],
    ['two lines of its own', `${OWN}\n${OWN.replaceAll(A, B)}`, 2, /second node is marked "myself"/],
    ['the same id twice', `${OWN}\n${A} 127.0.0.1:7001@17001 master - 0 0 1 connected`, 2, /is there twice/],
    [
      'a line in the middle that is empty',
      `${OWN}\n\n${B} 127.0.0.1:7001@17001 master - 0 0 1 connected`,
      2,
      /fewer than 8 fields/,
    ],
    ['too few fields', `${A} 127.0.0.1:7000@17000 myself,master - 0 0 1`, 1, /fewer than 8 fields/],
    ['a short id', OWN.replace(A, 'abc'), 1, /"abc" is not a node id/],
    ['a long id', OWN.replace(A, `${A}a`), 1, /is not a node id/],
    ['an id with capitals', OWN.replace(A, 'A'.repeat(40)), 1, /is not a node id/],
    ['a port above 65535', OWN.replace('7000@', '65536@'), 1, /above 65535/],
    ['a bus port above 65535', OWN.replace('@17000', '@65536'), 1, /above 65535/],
    ['a port of six digits', OWN.replace('7000@', '007000@'), 1, /not an address with a port/],
    ['a bus port of six digits', OWN.replace('@17000', '@017000'), 1, /not an address with a port/],
    ['a bus port that is a word', OWN.replace('@17000', '@bus'), 1, /not an address with a port/],
    ['more behind a port', OWN.replace('@17000', '@17000x'), 1, /not an address with a port/],
    ['no port', OWN.replace(':7000@17000', ''), 1, /not an address with a port/],
    ['a port that is a word', OWN.replace(':7000@', ':redis@'), 1, /not an address with a port/],
    ['a host that is none', OWN.replace('127.0.0.1', '<script>'), 1, /"<script>" is not a host/],
    ['a flag that is none', OWN.replace('myself,master', 'myself,master,<b>'), 1, /"<b>" is not a flag/],
    ['a flag with more before it', OWN.replace('myself,master', 'myself,*master'), 1, /"\*master" is not a flag/],
    ['a flag with more behind it', OWN.replace('myself,master', 'myself,master!'), 1, /"master!" is not a flag/],
    ['a flag of two doubts', OWN.replace('myself,master', 'myself,master,fail??'), 1, /"fail\?\?" is not a flag/],
    [
      'a node that is master and slave',
      OWN.replace('myself,master', 'myself,master,slave'),
      1,
      /master and slave at once/,
    ],
    ['an own line without a role', OWN.replace('myself,master', 'myself'), 1, /neither master nor slave/],
    ['a master id that is none', OWN.replace('master -', 'master xyz'), 1, /"xyz" is not the id of a master/],
    ['a master id that is too long', OWN.replace('master -', `master ${B}b`), 1, /is not the id of a master/],
    ['a ping time that is none', OWN.replace('- 0 0', '- x 0'), 1, /are not two times/],
    ['a ping time that is empty', OWN.replace('- 0 0', '-  0'), 1, /are not two times/],
    ['a ping time with a slash', OWN.replace('- 0 0', '- 0/ 0'), 1, /are not two times/],
    ['a pong time that is none', OWN.replace('- 0 0', '- 0 :0'), 1, /are not two times/],
    ['a pong time that is empty', OWN.replace('- 0 0', '- 0 '), 1, /are not two times/],
    ['an epoch that is none', OWN.replace('0 0 1', '0 0 -1'), 1, /"-1" is not a config epoch/],
    ['an epoch with more behind it', OWN.replace('0 0 1', '0 0 1x'), 1, /"1x" is not a config epoch/],
    ['an epoch that no server counts to', OWN.replace('0 0 1', `0 0 ${'1'.repeat(21)}`), 1, /is not a config epoch/],
    ['a link state that is none', OWN.replace('connected', 'maybe'), 1, /"maybe" is not the state of a link/],
    ['a slot out of range', OWN.replace('0-16383', '16384'), 1, /"16384" is not within the slots/],
    ['a range that ends out of range', OWN.replace('0-16383', '0-16384'), 1, /"0-16384" is not within/],
    ['a range that runs backwards', OWN.replace('0-16383', '9-3'), 1, /"9-3" is not within/],
    ['a slot of six digits', OWN.replace('0-16383', '000005'), 1, /"000005" is not a slot/],
    ['a range that ends in six digits', OWN.replace('0-16383', '0-000005'), 1, /"0-000005" is not a slot/],
    ['a range without an end', OWN.replace('0-16383', '0-'), 1, /"0-" is not a slot/],
    ['a slot with more behind it', OWN.replace('0-16383', '5x'), 1, /"5x" is not a slot/],
    ['a slot with more before it', OWN.replace('0-16383', 'x5'), 1, /"x5" is not a slot/],
    ['a slot that is a word', OWN.replace('0-16383', 'zero'), 1, /"zero" is not a slot/],
    ['an unknown direction', `${OWN} [7-x-${B}]`, 1, /is not an open slot/],
    ['an open slot out of range', `${OWN} [16384->-${B}]`, 1, /not within the slots/],
    ['an open slot of six digits', `${OWN} [000007->-${B}]`, 1, /is not an open slot/],
    ['an open slot towards half a node', `${OWN} [7->-${B.slice(1)}]`, 1, /is not an open slot/],
    ['an open slot with more behind it', `${OWN} [7->-${B}]]`, 1, /is not an open slot/],
    ['an open slot with more before it', `${OWN} [[7->-${B}]`, 1, /is not an open slot/],
    ['an open slot without a peer', `${OWN} [7->-]`, 1, /is not an open slot/],
  ];
  for (const [name, text, lineNumber, reason] of malformed)
    it(`refuses ${name}, naming the node and the line`, () => {
      assert.throws(
        () => parseClusterNodes(text, '10.1.2.3:7000'),
        (error: unknown) => {
          assert.ok(error instanceof MalformedReplyError);
          assert.equal(error.code, 'malformedReply');
          assert.equal(error.node, '10.1.2.3:7000');
          assert.equal(error.command, 'CLUSTER NODES');
          assert.equal(error.line?.number, lineNumber);
          assert.match(error.message, reason);
          assert.match(error.message, /10\.1\.2\.3:7000/);
          return true;
        },
      );
    });

  it('reads a lone slot, a range of one and the last slot', () => {
    const [own] = parseClusterNodes(OWN.replace('0-16383', '3 5-5 7-8 16383'), 'h:1');
    assert.equal(own!.slots.toString(), '3,5,7-8,16383');
  });

  it('tells what the line is, where it is and what to do', () => {
    assert.throws(() => parseClusterNodes('nonsense', '10.1.2.3:7000'), {
      message:
        '10.1.2.3:7000 sent something that cannot be understood: in line 1 of its answer to CLUSTER NODES, it has fewer than 8 fields. The line is "nonsense". The answer was not used. Check that 10.1.2.3:7000 is a Redis or Valkey server itself, not a proxy or another service.',
    });
    assert.throws(() => parseClusterNodes('', '10.1.2.3:7000'), {
      message:
        '10.1.2.3:7000 sent something that cannot be understood: in its answer to CLUSTER NODES, there is nothing in it. The answer was not used. Check that 10.1.2.3:7000 is a Redis or Valkey server itself, not a proxy or another service.',
    });
  });

  it('takes up to 5000 nodes for real', () => {
    const others = Array.from({ length: 5000 }, (_, index) => masterLine(index + 1));
    assert.equal(parseClusterNodes([OWN, ...others.slice(1)].join('\n'), 'h:1').length, 5000);
    assert.throws(() => parseClusterNodes([OWN, ...others].join('\n'), 'h:1'), /there are more than 5000 nodes/);
  });

  it('clips a long line in the error, and no other', () => {
    const quoted = (length: number): string => {
      try {
        parseClusterNodes('x'.repeat(length), 'h:1');
      } catch (error) {
        if (error instanceof MalformedReplyError) return error.line!.text;
      }
      return assert.fail('it is refused');
    };
    assert.equal(quoted(200), 'x'.repeat(200));
    assert.equal(quoted(201), `${'x'.repeat(197)}...`);
  });

  it('does not remember a line it refused', () => {
    const cache = new SlotTextCache();
    const broken = `${OWN}\n${B} 127.0.0.1:7001@17001 master - 0 0 1 connected 99999`;
    for (const port of [1, 2])
      assert.throws(() => parseClusterNodes(broken, `h:${port}`, cache), new RegExp(`h:${port} sent something`));
  });

  it('shares one object between replies that say the same of a node, whatever the ping times', () => {
    const cache = new SlotTextCache();
    const other = (times: string): string => `${B} 127.0.0.1:7001@17001 master - ${times} 2 connected 5 7-9`;
    const [, first] = parseClusterNodes(`${OWN}\n${other('0 1')}`, '127.0.0.1:7000', cache);
    const [, second] = parseClusterNodes(`${OWN}\n${other('12 34')}`, '127.0.0.1:7000', cache);
    const [, failed] = parseClusterNodes(
      `${OWN}\n${other('0 1').replace('master', 'master,fail?')}`,
      '127.0.0.1:7000',
      cache,
    );
    assert.equal(first, second);
    assert.notEqual(first, failed);
    assert.equal(first!.slots, failed!.slots, 'even then the slot set is one');
    assert.throws(() => ((first as { port: number }).port = 1), TypeError);
  });

  it('takes the host from the address that was asked, though others shared the cache before', () => {
    const cache = new SlotTextCache();
    const text = OWN.replace('127.0.0.1', '');
    const hosts = ['10.0.0.1:7000', '10.0.0.2:7000'].map(address => parseClusterNodes(text, address, cache)[0]!.host);
    assert.deepEqual(hosts, ['10.0.0.1', '10.0.0.2']);
  });

  it('refuses the same id twice also where it knows the line', () => {
    const cache = new SlotTextCache();
    read(cache, masterLine(1), masterLine(2));
    assert.throws(() => read(cache, masterLine(1), masterLine(2), masterLine(1)), /is there twice/);
  });

  describe('with a cache, knows no more lines than it may keep, and reads the others right', () => {
    it('of ids that begin alike: sixteen', () => {
      const cache = new SlotTextCache();
      const alike = Array.from({ length: 17 }, (_, index) => masterLine(index, `${'c'.repeat(38)}${index + 10}`));
      const lines = read(cache, ...alike);
      assert.equal(read(cache, alike[16]!)[0], lines[16]);
      assert.equal(read(cache, alike[1]!)[0], lines[1]);
      const [first] = read(cache, alike[0]!);
      assert.notEqual(first, lines[0]);
      assert.deepEqual(first, lines[0]);
    });

    it('of all: 16,384', () => {
      const cache = new SlotTextCache();
      const [first] = read(cache, ...rows(1, 4096));
      for (const from of [4097, 8193, 12289]) read(cache, ...rows(from, from + 4095));
      assert.equal(read(cache, masterLine(1))[0], first);
      const [last] = read(cache, masterLine(16385));
      assert.equal(read(cache, masterLine(16385))[0], last);
      const [again] = read(cache, masterLine(1));
      assert.notEqual(again, first);
      assert.deepEqual(again, first);
    });

    it('of slot sets: 4,096', () => {
      const cache = new SlotTextCache();
      const [first] = read(cache, ...Array.from({ length: 4096 }, (_, index) => `${masterLine(index + 1)} 0-${index}`));
      assert.equal(read(cache, `${masterLine(5001)} 0-0`)[0]!.slots, first!.slots);
      read(cache, `${masterLine(5002)} 0-4096`);
      const [again] = read(cache, `${masterLine(5003)} 0-0`);
      assert.notEqual(again!.slots, first!.slots);
      assert.ok(again!.slots.equals(first!.slots));
    });
  });
});

function masterLine(number: number, id = nodeId(number)): string {
  return `${id} 10.0.0.1:7001@17001 master - 0 0 1 connected`;
}

function rows(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => masterLine(from + index));
}

/** What a node says of these others. The cache keeps no line that a node says of itself. */
function read(cache: SlotTextCache, ...others: string[]): NodeLine[] {
  return parseClusterNodes([OWN.replace(' 0-16383', ''), ...others].join('\n'), '127.0.0.1:7000', cache).slice(1);
}
