import assert from 'node:assert/strict';
import { problemsWithCheck } from '../../../../src/core/health/check/problemsWithCheck';
import type { CheckFinding } from '../../../../src/core/health/check/types';
import type { Problem } from '../../../../src/core/health/types';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import { SlotSet } from '../../../../src/core/topology/slotSet';
import type { Topology } from '../../../../src/core/topology/types';
import { looksAt, modelCluster, nodeId } from '../../topology/modelCluster';

const [one, two, four] = [1, 2, 4].map(nodeId) as [string, string, string];

function topologyOf(openSlots: Readonly<Record<string, string>> = {}): Topology {
  const viewpoints = Object.fromEntries(Object.entries(openSlots).map(([id, text]) => [id, { openSlots: text }]));
  return mergeLooks(looksAt(modelCluster(3, 1), { viewpoints }));
}

function problem(code: string, differing: Partial<Problem> = {}): Problem {
  return { code, severity: 'warning', text: '.', nodeIds: [one], remedy: '.', sinceMilliseconds: 1, ...differing };
}

function finding(code: string, differing: Partial<CheckFinding> = {}): CheckFinding {
  return { ...problem(code), ...differing };
}

function shown(
  problems: readonly Problem[],
  findings: readonly CheckFinding[],
  { now = topologyOf(), checked = now }: { now?: Topology; checked?: Topology } = {},
): (Problem | CheckFinding)[] {
  return problemsWithCheck({ problems }, now, { findings, topology: checked });
}

describe('The problems of a look, with what a check found', () => {
  const moving = { [one]: `[7->-${two}]`, [two]: `[7-<-${one}]` };
  const looked = problem('openSlots');
  const diagnosed = finding('openSlots', { slots: SlotSet.of([7]), text: 'The diagnosis.' });

  it('keep what only a check can show, while all its nodes are there', () => {
    const astray = finding('strayKeys', { onlyByCheck: true, nodeIds: [one, two] });
    assert.deepEqual(shown([], [astray]), [astray]);
    assert.deepEqual(shown([], [{ ...astray, nodeIds: [one, nodeId(99)] }]), []);
    assert.deepEqual(shown([], [finding('replicaLinkDown')]), [], 'a look shows that better');
  });

  it('have the diagnosis of open slots in place of the words of the look, and all else beside it', () => {
    const other = problem('replicaLinkDown');
    const found = shown([looked, other], [diagnosed], { now: topologyOf(moving) });
    assert.deepEqual(found, [other, diagnosed]);
  });

  it('have the words of the look where more slots are open than were diagnosed', () => {
    const more = topologyOf({ ...moving, [two]: `[7-<-${one}] [9-<-${one}]` });
    assert.deepEqual(shown([looked], [diagnosed], { now: more, checked: topologyOf(moving) }), [looked]);
  });

  it('have the words of the look where a diagnosed slot was closed, or lies open the other way round', () => {
    const checked = topologyOf(moving);
    const two7and9 = finding('openSlots', { slots: SlotSet.of([7, 9]) });
    assert.deepEqual(shown([looked], [two7and9], { now: checked, checked }), [looked]);
    const reversed = topologyOf({ [one]: `[7-<-${two}]`, [two]: `[7->-${one}]` });
    assert.deepEqual(shown([looked], [diagnosed], { now: reversed, checked }), [looked]);
    assert.deepEqual(shown([], [diagnosed], { now: topologyOf(), checked }), []);
  });

  it('take a diagnosis of each slot together for one of all, whatever lies open at a replica', () => {
    const checked = topologyOf({ [one]: `[7->-${two}] [9->-${two}]`, [four]: `[5->-${two}]` });
    const ninth = finding('openSlots', { slots: SlotSet.of([9]), severity: 'error' });
    assert.deepEqual(shown([looked], [diagnosed, ninth], { now: checked, checked }), [ninth, diagnosed]);
    const atReplica = finding('openSlots', { slots: SlotSet.of([7]), form: 'replicaOnly' });
    assert.deepEqual(shown([looked], [atReplica, ninth], { now: checked, checked }), [looked]);
  });

  it('come with errors first, in their order', () => {
    const error = problem('nodeUnreachable', { severity: 'error' });
    const astray = finding('strayKeys', { onlyByCheck: true, severity: 'error' });
    assert.deepEqual(shown([looked, error], [astray]), [error, astray, looked]);
  });
});
