import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PageDomain } from '../../../src/shared/pageProtocol';
import { buildMatrix } from '../../../src/webview/hosts/matrix';
import { matrixItems, moveInMatrix } from '../../../src/webview/hosts/matrixItems';
import { otherDomains, verdictOf } from '../../../src/webview/hosts/verdicts';
import { fatesOf } from '../../../src/webview/whatIf/fates';
import { change, failOver, makeSnapshot, nodeId } from '../../support/pageSnapshots';

const domain = (label: string, given: Partial<PageDomain> = {}): PageDomain => ({
  kind: 'host',
  label,
  text: '',
  losesMajority: false,
  shardsDown: 0,
  slotsDown: 0,
  ...given,
});

describe('buildMatrix', () => {
  const placesOf = (snapshot: Parameters<typeof buildMatrix>[0]) =>
    buildMatrix(snapshot).rows.map(({ label, cells }) => [
      label,
      ...cells.map(cell => `${cell.shardIndex}${cell.nodes.map(({ role }) => role[0]).join('')}${cell.sharing ?? ''}`),
    ]);

  it('puts every node of a shard in one cell, hosts in order, the master first', () => {
    assert.deepEqual(placesOf(makeSnapshot({ spares: 1 })), [
      ['host-1', '0m', '2r'],
      ['host-2', '0r', '1m'],
      ['host-3', '1r', '2m'],
    ]);
  });

  it('tells copies that share a host from a shard that is wholly on one', () => {
    const snapshot = change(makeSnapshot({ replicas: 2 }), { 7003: { hostLabel: 'host-1' } });
    assert.deepEqual(placesOf(snapshot)[0], ['host-1', '0mrshared', '1r', '2r']);
    const whole = change(snapshot, { 7004: { hostLabel: 'host-1' } });
    assert.equal(placesOf(whole)[0]?.[1], '0mrrwhole');
    const dead = change(snapshot, { 7004: { state: 'failed' } });
    assert.equal(placesOf(dead)[0]?.[1], '0mrwhole', 'a dead copy is none');
    const alone = change(makeSnapshot(), { 7003: { hostLabel: 'host-1', state: 'failed' } });
    assert.equal(placesOf(alone)[0]?.[1], '0mr', 'one living copy shares with nobody');
  });

  it('keeps everything in place when a node fails', () => {
    const labels = (snapshot: Parameters<typeof buildMatrix>[0]) =>
      matrixItems(buildMatrix(snapshot)).map(({ key }) => key);
    const before = makeSnapshot({ replicas: 2 });
    assert.deepEqual(labels(failOver(before)), labels(before));
  });

  it('gives each host its verdict, and leaves zones aside', () => {
    const snapshot = {
      ...makeSnapshot(),
      domains: [
        domain('host-1', { losesMajority: true, slotsDown: 9 }),
        domain('host-2', { slotsDown: 9 }),
        domain('host-3'),
        domain('host-3', { kind: 'zone' }),
        domain('eu-1', { kind: 'zone' }),
      ],
    };
    assert.deepEqual(
      buildMatrix(snapshot).rows.map(({ verdict }) => verdict),
      ['quorum', 'slots', undefined],
    );
    assert.deepEqual(
      otherDomains(snapshot).map(({ kind, label }) => `${kind} ${label}`),
      ['zone host-3', 'zone eu-1'],
    );
    assert.equal(verdictOf(undefined), undefined);
  });
});

describe('moveInMatrix', () => {
  const items = matrixItems(buildMatrix(makeSnapshot({ shards: 7, replicas: 2, hosts: 5 })));

  it('leads from everywhere to everywhere, and back', () => {
    const [first] = items;
    const seen = new Set([first!.key]);
    const left = [first!.key];
    for (let key = left.pop(); key !== undefined; key = left.pop())
      for (const move of ['up', 'down', 'left', 'right'] as const) {
        const next = moveInMatrix(items, key, move);
        if (next === undefined || seen.has(next)) continue;
        seen.add(next);
        left.push(next);
      }
    assert.equal(seen.size, items.length);
    const back = { up: 'down', down: 'up', left: 'right', right: 'left' } as const;
    fc.assert(
      fc.property(fc.constantFrom(...items), fc.constantFrom('up', 'down', 'left', 'right'), ({ key }, move) => {
        const next = moveInMatrix(items, key, move);
        return next === undefined || moveInMatrix(items, next, back[move]) === key;
      }),
    );
  });
});

describe('fatesOf', () => {
  it('tells who dies, whose slots go with it, and who takes over', () => {
    const { shards } = makeSnapshot();
    const { nodes, shards: ends } = fatesOf(
      {
        text: '',
        mends: [],
        nodeIds: [7000, 7001, 7005].map(nodeId),
        losesMajority: false,
        fates: [
          { shardId: shards[0]!.id, kind: 'takenOver', slots: '', replicaId: nodeId(7003) },
          { shardId: shards[1]!.id, kind: 'lost', slots: '' },
        ],
        slotsDown: '',
        slotsDownCount: 0,
      },
      shards,
    );
    assert.deepEqual(
      [7000, 7001, 7002, 7003, 7005].map(port => nodes.get(nodeId(port))),
      ['dies', 'down', undefined, 'takesOver', 'dies'],
    );
    assert.deepEqual([...ends.values()], ['takenOver', 'down']);
  });
});
