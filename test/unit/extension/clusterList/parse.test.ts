import assert from 'node:assert/strict';
import { readClusterFile, writeClusterFile } from '../../../../src/extension/clusterList/clusterFile';
import { freeName, nameFault } from '../../../../src/extension/clusterList/nameFault';
import { parseJumpHost } from '../../../../src/extension/clusterList/askSsh';
import { parseConnectionText } from '../../../../src/extension/clusterList/parseConnectionText';
import { parseLink } from '../../../../src/extension/clusterList/parseLink';
import { parseAddressList, parseAddressMap, parseHostLabels } from '../../../../src/extension/commands/addressList';

describe('What is pasted to reach a cluster', () => {
  const good: [string, object][] = [
    ['10.0.0.1:6379', { nodes: ['10.0.0.1:6379'], isUrl: false }],
    [' a:1,b:2\n[::1]:3 ', { nodes: ['a:1', 'b:2', '[::1]:3'], isUrl: false }],
    ['redis://a', { nodes: ['a:6379'], isUrl: true }],
    ['REDIS://a:7000/', { nodes: ['a:7000'], isUrl: true }],
    ['valkey://[fe80::1]', { nodes: ['[fe80::1]:6379'], isUrl: true }],
    ['rediss://[::1]:7000', { nodes: ['[::1]:7000'], tls: {}, isUrl: true }],
    ['valkeys://a:1', { nodes: ['a:1'], tls: {}, isUrl: true }],
    ['redis://me@a:1', { nodes: ['a:1'], username: 'me', isUrl: true }],
    ['redis://:hunter2@a:1', { nodes: ['a:1'], password: 'hunter2', isUrl: true }],
    ['redis://me:h%40%3A%2F%25@a:1', { nodes: ['a:1'], username: 'me', password: 'h@:/%', isUrl: true }],
    ['redis://me:a:b@a:1', { nodes: ['a:1'], username: 'me', password: 'a:b', isUrl: true }],
    ['redis://me:a@b@a:1', { nodes: ['a:1'], username: 'me', password: 'a@b', isUrl: true }],
  ];
  for (const [text, read] of good)
    it(`is read: ${JSON.stringify(text)}`, () => assert.deepEqual(parseConnectionText(text), read));

  const bad: [string, RegExp][] = [
    ['', /At least one address is needed/],
    [' , ; ', /At least one address is needed/],
    ['a', /has no port/],
    ['a:0', /port 0 is not between/],
    ['a:65536', /not between 1 and 65535/],
    ['a:b', /is not an address/],
    ['::1:7000', /must be in brackets/],
    ['a:1 a:1', /listed twice/],
    ['me:hunter2@a:1', /An address has no login in front/],
    ['http://a:1', /begin with redis:\/\//],
    ['://a:1', /begin with redis:\/\//],
    ['constructor://a:1', /begin with redis:\/\//],
    ['unix:///tmp/redis.sock', /begin with redis:\/\//],
    ['redis://', /names no host/],
    ['redis://me:hunter2@', /names no host/],
    ['redis://a:1/0', /one database alone/],
    ['redis://a:1/2', /one database alone/],
    ['redis://a:1?timeout=5', /follows "\?"/],
    ['redis://a:1/?db=1', /follows "\?"/],
    ['redis://a:1#x', /follows "#"/],
    ['redis://a:1,b:2', /names one node/],
    ['redis://a:1 redis://b:2', /one URL alone/],
    ['redis://a:1,redis://b:2', /one URL alone/],
    ['redis://a:x', /is not an address/],
    ['redis://a:99999', /not between/],
    ['redis://me:hunter%2@a:1', /must be written as %25/],
    ['redis://me:hun/ter2@a:1', /must be written as %2F/],
    ['redis://me:hun?ter2@a:1', /must be written as %2F/],
    ['redis://me:hun#ter2@a:1', /must be written as %2F/],
    ['redis://m%20e:hunter2@a:1', /no blank in its name/],
    [Array.from({ length: 1001 }, (_, port) => `a:${port + 1}`).join(','), /1001 given, at most 1000/],
  ];
  for (const [text, reason] of bad)
    it(`is refused with the reason, never quoting a login: ${JSON.stringify(text.slice(0, 60))}`, () =>
      assert.throws(
        () => parseConnectionText(text),
        (error: Error) => reason.test(error.message) && !/hunter|hun.ter/.test(error.message),
      ));

  it('never shows a login that was pasted where addresses are read', () => {
    for (const read of [parseAddressList, parseAddressMap, (text: string) => parseHostLabels(text)])
      for (const text of ['me:hunter2@a:1', 'me:hunter2@a:1=b:1', 'a:1=me:hunter2@b:1', 'redis://me:hunter2@a:1=x'])
        try {
          read(text);
        } catch (error) {
          assert.ok(!(error as Error).message.includes('hunter2'), (error as Error).message);
        }
  });
});

describe('The fields of an entry', () => {
  it('map addresses by pairs, and refuse what is no pair', () => {
    assert.deepEqual(parseAddressMap('10.0.0.1:1=127.0.0.1:2, [::1]:3=a:4'), {
      '10.0.0.1:1': '127.0.0.1:2',
      '[::1]:3': 'a:4',
    });
    assert.deepEqual(parseAddressMap('a:1=/run/redis/1.sock\nb:2=/run/redis/2.sock'), {
      'a:1': '/run/redis/1.sock',
      'b:2': '/run/redis/2.sock',
    });
    assert.deepEqual(parseAddressMap(' '), {});
    for (const text of [
      'a:1=redis.sock',
      'a:1=~/redis.sock',
      'a:1=C:\\redis.sock',
      '/run/redis.sock=a:1',
      'a:1',
      'a:1=',
      '=a:1',
      'a:1=b:2=c:3',
      'a=b:1',
      'a:1=b',
    ])
      assert.throws(() => parseAddressMap(text), Error, text);
  });

  it('label hosts of any node where none are given', () => {
    assert.deepEqual(parseHostLabels('a:1=rack-1, b:2=rack-2'), { 'a:1': 'rack-1', 'b:2': 'rack-2' });
    for (const text of ['a:1', 'a:1=', 'a=rack', 'a:1=b=c']) assert.throws(() => parseHostLabels(text), Error, text);
  });

  const listed = [{ definition: { id: 'one', name: 'Shop', nodes: ['a:1'] } }];
  const names: [string, string | undefined, RegExp | undefined][] = [
    ['Cache', undefined, undefined],
    ['Shop', 'one', undefined],
    [' Shop ', undefined, /has this name already/],
    ['', undefined, /is needed/],
    ['  ', undefined, /is needed/],
    ['x'.repeat(101), undefined, /longer than 100/],
    ['a\nb', undefined, /one line/],
    ['a\u0000b', undefined, /one line/],
  ];
  for (const [name, ownId, fault] of names)
    it(`take the name ${JSON.stringify(name.slice(0, 20))}${fault ? ' with a reason against it' : ''}`, () => {
      const found = nameFault(name, listed, ownId);
      if (fault) assert.match(found ?? '', fault);
      else assert.equal(found, undefined);
    });

  it('find a name that is free', () => {
    assert.equal(freeName('Cache', listed), 'Cache');
    assert.equal(freeName('Shop', listed), 'Shop (2)');
    const long = { definition: { ...listed[0]!.definition, name: 'x'.repeat(100) } };
    assert.equal(nameFault(freeName('x'.repeat(100), [long]), [long]), undefined);
  });
});

describe('A link', () => {
  const good: [string, string, object][] = [
    ['/add', 'nodes=a:1,b:2', { kind: 'add', nodes: ['a:1', 'b:2'], tls: false }],
    [
      '/add',
      'nodes=%5B%3A%3A1%5D%3A1&name=My%20Shop&user=me&tls=true',
      { kind: 'add', nodes: ['[::1]:1'], name: 'My Shop', username: 'me', tls: true },
    ],
    ['/show', 'cluster=shop-1a2b', { kind: 'show', cluster: 'shop-1a2b' }],
  ];
  for (const [path, query, read] of good)
    it(`is read: ${path}?${query}`, () => assert.deepEqual(parseLink({ path, query }), read));

  const bad: [string, string, RegExp][] = [
    ['', '', /nothing else/],
    ['/', 'nodes=a:1', /nothing else/],
    ['/remove', 'cluster=a', /nothing else/],
    ['/add/', 'nodes=a:1', /nothing else/],
    ['/add', '', /names no node/],
    ['/add', 'nodes=', /names no node/],
    ['/add', 'nodes=a', /no list of addresses/],
    ['/add', 'nodes=a:1,a:1', /no list of addresses/],
    ['/add', 'nodes=me:hunter2@a:1', /no list of addresses/],
    ['/add', 'nodes=redis://me:hunter2@a:1', /no list of addresses/],
    ['/add', 'nodes=a:1&nodes=b:1', /"nodes" twice/],
    ['/add', 'nodes=a:1&password=hunter2', /holds a password/],
    ['/add', 'nodes=a:1&Passwd=hunter2', /holds a password/],
    ['/add', 'nodes=a:1&confirmed=true', /not known here/],
    ['/add', 'nodes=a:1&readOnly=false', /not known here/],
    ['/add', 'nodes=a:1&__proto__=x', /not known here/],
    ['/add', 'nodes=a:1&tls=yes', /neither true nor false/],
    ['/add', 'nodes=a:1&name=', /"name" is not a line/],
    ['/add', `nodes=a:1&name=${'x'.repeat(101)}`, /"name" is not a line/],
    ['/add', 'nodes=a:1&name=a%0Ab', /"name" is not a line/],
    ['/add', 'nodes=a:1&name=a%E2%80%AEb', /"name" is not a line/],
    ['/add', 'nodes=a:1&user=me%20too', /not the name of a user/],
    ['/add', `nodes=${'a'.repeat(4000)}:1`, /too long/],
    ['/show', '', /names no cluster/],
    ['/show', 'cluster=%00', /"cluster" is not a line/],
    ['/show', 'cluster=a&nodes=a:1', /not known here/],
  ];
  for (const [path, query, reason] of bad)
    it(`is refused with the reason, quoting nothing: ${path}?${query.slice(0, 60)}`, () =>
      assert.throws(
        () => parseLink({ path, query }),
        (error: Error) => reason.test(error.message) && !/hunter2/.test(error.message),
      ));
});

describe('A file of clusters', () => {
  const shop = {
    id: 'shop-1',
    name: 'Shop',
    nodes: ['a:1'],
    username: 'me',
    tls: { caFile: '/ca.pem' },
    production: true,
  };
  const local = { id: 'local-1', name: 'Local', nodes: ['127.0.0.1:7000'], local: { directory: '/servers' } };

  it('holds everything but ids, local clusters and secrets, and is read again as it was', () => {
    const text = writeClusterFile([shop, local]);
    assert.ok(!text.includes('shop-1') && !text.includes('servers'));
    const { id, ...cluster } = shop;
    assert.ok(!text.includes(id));
    assert.deepEqual(readClusterFile(text, []), { clusters: [{ cluster }], known: 0, problems: [] });
    assert.deepEqual(readClusterFile(text, [{ ...shop, id: 'another' }]), { clusters: [], known: 1, problems: [] });
  });

  it('is merged: what names a node of another is told as such, in the list and in the file alike', () => {
    const text = writeClusterFile([
      { ...shop, name: 'Store' },
      { ...shop, name: 'Cache', nodes: ['c:1'] },
      { ...shop, name: 'Cache too', nodes: ['d:1', 'c:1'] },
    ]);
    assert.deepEqual(
      readClusterFile(text, [shop]).clusters.map(({ cluster, twin }) => [cluster.name, twin]),
      [
        ['Store', 'Shop'],
        ['Cache', undefined],
        ['Cache too', 'Cache'],
      ],
    );
  });

  it('is read entry by entry: a bad one is left out with the reason, and no password is read', () => {
    const clusters = [
      7,
      { name: 'x', nodes: ['a'] },
      { name: 'Good', nodes: ['g:1'], password: 'hunter2', local: shop },
    ];
    const text = JSON.stringify({ format: 'redis-cluster-manager.clusters', version: 1, clusters });
    const content = readClusterFile(text, []);
    assert.deepEqual(content.clusters, [{ cluster: { name: 'Good', nodes: ['g:1'] } }]);
    assert.equal(content.problems.length, 3);
    assert.ok(!JSON.stringify(content).includes('hunter2'));
  });

  const bad: [string, RegExp][] = [
    ['', /not JSON/],
    ['{"password":"hunter2"', /not JSON/],
    ['null', /no list of clusters/],
    ['[]', /no list of clusters/],
    ['{"format":"x","version":1,"clusters":[]}', /no list of clusters/],
    ['{"format":"redis-cluster-manager.clusters","version":1}', /no list of clusters/],
    ['{"format":"redis-cluster-manager.clusters","version":2,"clusters":[]}', /another version/],
    [' '.repeat(1_000_001), /too large/],
  ];
  for (const [text, reason] of bad)
    it(`is refused as a whole: ${JSON.stringify(text.slice(0, 70))}`, () =>
      assert.throws(
        () => readClusterFile(text, []),
        (error: Error) => reason.test(error.message) && !error.message.includes('hunter2'),
      ));
});

describe('A jump host, typed', () => {
  for (const { text, parsed } of [
    { text: 'bastion', parsed: { host: 'bastion' } },
    { text: ' me@bastion.example ', parsed: { host: 'bastion.example', username: 'me' } },
    { text: 'me@bastion:22', parsed: { host: 'bastion', username: 'me' } },
    { text: 'bastion:2222', parsed: { host: 'bastion', port: 2222 } },
    { text: 'me@[::1]:2222', parsed: { host: '::1', port: 2222, username: 'me' } },
    { text: 'me@[::1]', parsed: { host: '::1', username: 'me' } },
  ])
    it(`is read: ${text}`, () => assert.deepEqual(parseJumpHost(text), parsed));

  for (const text of [
    'me:secret@bastion',
    'ssh://bastion',
    'bastion:0',
    'bastion:ssh',
    'two words',
    '@bastion',
    'me@',
    '::1',
  ])
    it(`is refused: ${text}`, () => assert.throws(() => parseJumpHost(text), /is not user@host/));
});
