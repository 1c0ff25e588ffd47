import assert from 'node:assert/strict';
import type { CheckFinding } from '../../../../src/core/health/check/types';
import { slotsToCount } from '../../../../src/core/health/check/slotsToCount';
import { changed, looksAt, nodeId, type ModelNode, type Viewpoint } from '../../topology/modelCluster';
import { codes, judge, lookOf, nodes } from './evidence';

const [one, two, three, four] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];

function findings(viewpoints: Record<string, Viewpoint>, seen: readonly ModelNode[] = nodes): CheckFinding[] {
  return judge(lookOf(looksAt(seen, { viewpoints }))).filter(({ code }) => code === 'openSlots');
}

function onlyOne(openSlots: Record<string, string>): CheckFinding {
  const found = findings(Object.fromEntries(Object.entries(openSlots).map(([id, text]) => [id, { openSlots: text }])));
  assert.equal(found.length, 1, codes(found).join());
  assert.deepEqual([found[0]!.fix, found[0]!.slots?.toString()], ['openSlots', '7']);
  return found[0]!;
}

describe('The judgement of open slots', () => {
  it('knows every form', () => {
    const forms: [Record<string, string>, string, string][] = [
      [{ [one]: `[7->-${two}]`, [two]: `[7-<-${one}]` }, 'bothEnds', 'warning'],
      [{ [one]: `[7->-${two}]` }, 'onlyMigrating', 'error'],
      [{ [two]: `[7-<-${one}]` }, 'onlyImporting', 'warning'],
      [{ [one]: `[7->-${three}]`, [two]: `[7-<-${one}]` }, 'mismatch', 'error'],
      [{ [two]: `[7-<-${three}]` }, 'mismatch', 'warning'],
      [{ [one]: `[7->-${two}]`, [two]: `[7-<-${one}]`, [three]: `[7-<-${one}]` }, 'mismatch', 'error'],
      [{ [one]: `[7->-${nodeId(77)}]` }, 'peerLost', 'error'],
      [{ [two]: `[7-<-${nodeId(77)}]` }, 'peerLost', 'warning'],
      [{ [one]: `[7->-${four}]` }, 'peerLost', 'error'],
      [{ [four]: `[7->-${two}]` }, 'replicaOnly', 'warning'],
    ];
    for (const [open, form, severity] of forms) {
      const found = onlyOne(open);
      assert.deepEqual([found.form, found.severity], [form, severity], JSON.stringify(open));
      assert.match(found.text, /^\S.*\.$/);
      assert.match(found.remedy, /^[A-Z].*\.$/);
      assert.ok(!/undefined|NaN/.test(found.text + found.remedy), found.text);
    }
  });

  it('says what became of the node at the other end', () => {
    const failed = changed(nodes, two, { flags: ['fail'] });
    const looks = looksAt(failed, { silent: [two], viewpoints: { [one]: { openSlots: `[7->-${two}]` } } });
    const found = judge(lookOf(looks)).find(({ code }) => code === 'openSlots');
    assert.equal(found?.form, 'peerLost');
    assert.match(found.text, /but 10\.0\.0\.1:7002 failed\./);
    assert.match(onlyOne({ [one]: `[7->-${four}]` }).text, /is a replica now\./);
    assert.match(onlyOne({ [one]: `[7->-${nodeId(77)}]` }).text, /but node 0000004d is not known any more\./);
  });

  it('does not tell again what a replica repeats of its master, but what it says beyond that', () => {
    const open = { openSlots: `[7->-${two}]` };
    assert.deepEqual(onlyOne({ [one]: open.openSlots, [four]: open.openSlots }).nodeIds, [one, two]);
    for (const other of [`[7-<-${two}]`, `[7->-${three}]`])
      assert.deepEqual(onlyOne({ [one]: open.openSlots, [four]: other }).nodeIds, [one, four, two], other);
    const elsewhere = findings({ [one]: open, [four]: { openSlots: `[8->-${two}]` } });
    assert.deepEqual(elsewhere.map(({ form }) => form).sort(), ['onlyMigrating', 'replicaOnly']);
  });

  it('names the ends, whom they name as far as that is known, and the owner', () => {
    assert.deepEqual(onlyOne({ [two]: `[7-<-${three}]` }).nodeIds, [two, three, one]);
    assert.deepEqual(onlyOne({ [one]: `[7->-${nodeId(77)}]` }).nodeIds, [one]);
    assert.deepEqual(onlyOne({ [four]: `[7->-${two}]` }).nodeIds, [four, one]);
  });

  it('makes one finding of slots that stand alike, and has their keys counted at both ends and the owner', () => {
    const viewpoints = { [one]: { openSlots: `[7->-${two}] [8->-${two}] [9->-${three}]` } };
    const found = findings(viewpoints);
    assert.deepEqual(found.map(({ slots }) => slots?.toString()).sort(), ['7-8', '9']);
    const counted = slotsToCount(lookOf(looksAt(nodes, { viewpoints })));
    assert.deepEqual(
      [...counted].map(([id, slots]) => [id, slots.toString()]).sort(),
      [
        [one, '7-9'],
        [two, '7-8'],
        [three, '9'],
      ].sort(),
    );
  });
});
