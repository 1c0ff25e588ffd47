import assert from 'node:assert/strict';
import { planFix, SlotSet, type CheckReport, type SlotInspection } from '../../../src/core/index';
import { canGoEitherWay, foundStrayKeys, uncoveredIn } from '../../../src/extension/commands/fixQuestions';
import { withoutMended } from '../../../src/extension/commands/mendedFindings';
import { nodeId, sampleTopology, threeShards } from './sampleCluster';

const [first, second] = [nodeId(7000), nodeId(7001)];
const topology = sampleTopology(threeShards);

function inspectionOf(...slots: Partial<SlotInspection['slots'][number]>[]): SlotInspection {
  return {
    stateId: topology.stateId,
    strayKeys: true,
    nodes: topology.nodes.map(({ id, address, role }) => ({
      id,
      address,
      role,
      version: 'redis 7.0.15',
      configEpoch: 1,
      hidesKeys: false,
    })),
    slots: slots.map(slot => ({ slot: 5, claims: [first], views: [], open: [], keys: {}, collisions: [], ...slot })),
  };
}

describe('What a fix asks', () => {
  const nobodys = { slot: 9, claims: [], views: [{ owner: null, viewers: [first, second] }] };

  it('is whether slots are assigned that nobody owns in any view', () => {
    const seen = { ...nobodys, slot: 10, views: [...nobodys.views, { owner: second, viewers: [second] }] };
    assert.deepEqual(uncoveredIn(inspectionOf({}, nobodys, seen)), [9]);
  });

  it('is which way a slot shall go that its owner sends, whether or not the other takes it', () => {
    const sent = { node: first, direction: 'migrating', peer: second } as const;
    const taken = { node: second, direction: 'importing', peer: first } as const;
    assert(canGoEitherWay(inspectionOf({ open: [sent, taken] })));
    assert(canGoEitherWay(inspectionOf({ open: [sent] })));
    assert(!canGoEitherWay(inspectionOf({ open: [taken] })));
    assert(!canGoEitherWay(inspectionOf({ open: [{ ...sent, peer: 'unknown' }] })));
    assert(!canGoEitherWay(inspectionOf({ claims: [second], open: [sent] })));
  });

  it('leaves out what the last check has found already: stray keys', () => {
    assert(foundStrayKeys([{ code: 'singleHost' }, { code: 'strayKeys' }]));
    assert(!foundStrayKeys([{ code: 'openSlots' }]));
    assert(!foundStrayKeys());
  });
});

describe('What a check found', () => {
  const finding = (code: string, slots?: string): CheckReport['findings'][number] => ({
    code,
    severity: 'warning',
    text: code,
    remedy: '',
    sinceMilliseconds: 0,
    nodeIds: [second],
    onlyByCheck: true,
    ...(slots !== undefined && { slots: SlotSet.parse(slots) }),
  });

  it('is gone when a fix has mended it, and stays otherwise', () => {
    const plan = planFix(topology, { inspection: inspectionOf({ slot: 5, keys: { [second]: 3 } }) });
    const findings = [
      finding('strayKeys', '5'),
      finding('strayKeys', '5-6'),
      finding('strayKeys'),
      finding('other', '5'),
    ];
    const report: CheckReport = { topology, findings, checked: [], notChecked: [], durationMilliseconds: 1 };
    assert.deepEqual(withoutMended(report, plan).findings, findings.slice(1));
    assert.equal(withoutMended({ ...report, findings: findings.slice(1) }, plan).findings.length, 3);
  });
});
