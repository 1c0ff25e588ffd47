import assert from 'node:assert/strict';
import type { CheckFinding, CheckReport } from '../../../src/core/index';
import { SlotSet } from '../../../src/core/index';
import { shownHealth } from '../../../src/extension/sessions/shownHealth';
import { buildTreeRows } from '../../../src/extension/tree/buildTreeRows';
import { tooltipOf } from '../../../src/extension/tree/tooltips';
import { nodeId, sampleState, sampleTopology, threeShards, withNodes } from './sampleCluster';

const astray: CheckFinding = {
  code: 'strayKeys',
  severity: 'warning',
  text: 'A holds keys astray.',
  nodeIds: [nodeId(7000)],
  remedy: 'Look.',
  sinceMilliseconds: Date.UTC(2024, 0, 1),
  onlyByCheck: true,
};
const open: CheckFinding = {
  code: 'openSlots',
  form: 'onlyMigrating',
  severity: 'error',
  text: 'A gives slot 7 away.',
  nodeIds: [nodeId(7000)],
  remedy: 'Wait.',
  sinceMilliseconds: Date.UTC(2024, 0, 1),
  slots: SlotSet.of([7]),
};
const migrating = `0-5460 [7->-${nodeId(7001)}]`;

function checked(...findings: CheckFinding[]): { lastCheck: CheckReport } {
  const topology = sampleTopology(withNodes(threeShards, { port: 7000, slots: migrating }));
  return { lastCheck: { topology, findings, checked: [], notChecked: [], durationMilliseconds: 1 } };
}

describe('What a check found, in the tree', () => {
  it('stands under Problems with the time of the check, though the look after it shows nothing', () => {
    const state = sampleState(threeShards, checked(astray));
    const problems = buildTreeRows([state], 'shard')[0]!.children.find(({ element }) => element.kind === 'problems')!;
    assert.equal(problems.label, 'Problems (1)');
    const [row] = problems.children;
    assert.equal(row!.label, astray.text);
    assert.match(row!.description, /^checked at \d+:\d\d:\d\d$/);
    assert.match(tooltipOf(row!.element, state)!, /Checked at \d+:/);
    assert.equal(shownHealth(state).status, 'ok', 'the cluster itself is as the look shows it');
  });

  it('leaves with its node, and all that a look shows is told as the look shows it', () => {
    const lost = { ...astray, nodeIds: [nodeId(7999)] };
    const seen = { ...open, code: 'replicaLinkDown' };
    assert.deepEqual(shownHealth(sampleState(threeShards, checked(lost, seen))).problems, []);
  });

  it('offers "Fix" on what it mends, by a check or a look, and nothing of a read-only cluster', () => {
    const open7000 = withNodes(threeShards, { port: 7000, slots: migrating });
    const wordsOf = (state: Parameters<typeof buildTreeRows>[0][number]): unknown[] =>
      buildTreeRows([state], 'shard')[0]!
        .children.find(({ element }) => element.kind === 'problems')!
        .children.map(({ contextValue, element }) => [contextValue, 'strayKeys' in element]);
    assert.deepEqual(wordsOf(sampleState(open7000)), [['problem fixable', false]]);
    const stray = checked({ ...astray, fix: 'strayKeys' });
    assert.deepEqual(wordsOf(sampleState(threeShards, stray)), [['problem fixable', true]]);
    assert.deepEqual(wordsOf(sampleState(threeShards, checked(astray))), [['problem', false]]);
    const { definition } = sampleState(threeShards);
    const readOnly = { ...stray, definition: { ...definition, readOnly: true } };
    assert.deepEqual(wordsOf(sampleState(threeShards, readOnly)), [['problem', true]]);
  });

  it('says how a slot stands open instead of only that it does, until it is closed', () => {
    const nodes = withNodes(threeShards, { port: 7000, slots: migrating });
    const texts = (state: Parameters<typeof shownHealth>[0]): string[] =>
      shownHealth(state).problems.map(({ text }) => text);
    const ofLook = texts(sampleState(nodes));
    assert.equal(ofLook.length, 1);
    assert.deepEqual(texts(sampleState(nodes, checked(open))), [open.text]);
    assert.deepEqual(texts(sampleState(threeShards, checked(open))), []);
    const more = withNodes(threeShards, { port: 7000, slots: `${migrating} [8->-${nodeId(7001)}]` });
    assert.notDeepEqual(texts(sampleState(more, checked(open))), [open.text], 'another slot was opened since');
    const elsewhere = withNodes(threeShards, { port: 7000, slots: `0-5460 [7->-${nodeId(7002)}]` });
    assert.match(texts(sampleState(elsewhere, checked(open))).join(), /^1 slot is open/, 'it was opened anew since');
  });
});
