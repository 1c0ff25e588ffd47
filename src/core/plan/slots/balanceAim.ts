import { SLOT_COUNT } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { isAble, isMember, memberById, type MemberCase } from '../members/memberCase';
import { joinSome } from '../phrases';
import { PlanError } from '../planError';
import type { PlanWarning } from '../types';
import type { Aim } from './evenOut';
import type { SlotMeasure, SlotMeasurements } from './measurements';
import { nodeNamed, refuseRepeated } from './nameMaster';
import type { MoveRequest } from './moveCase';
import { measuredWorth, unitWorth, type Worth } from './worth';

export interface BalanceSlotsRequest extends MoveRequest {
  /** What shall be even; default `slots`. The others need `measurements` of it. */
  by?: SlotMeasure | undefined;
  /**
   * Id, start of an id, or `host:port` -> how much of it a master shall have beside the others; default 1 each. 0: it gives
   * all its slots away. A master without slots that is named with more than 0 takes part.
   */
  weights?: Readonly<Record<string, number>> | undefined;
  /** Masters without slots get their share too; default: they stay without. */
  includeEmpty?: boolean | undefined;
  /** How far from its share, in percent of it, a master may be to be left alone; default 2, and 1 slot at least. */
  threshold?: number | undefined;
}

export interface SlotAim extends Aim {
  /** `the slots`, `the keys`, ... */
  what: string;
  warnings: PlanWarning[];
}

/** What every master shall have. Throws a PlanError. */
export function balanceAim(
  subject: MemberCase,
  masters: readonly ClusterNode[],
  request: BalanceSlotsRequest,
): SlotAim {
  const { by = 'slots', threshold, measurements } = request;
  const named = readWeights(subject, request.weights ?? {});
  const { weights, warnings } = weigh(masters, named, request.includeEmpty ?? false);
  if (!weights.some(weight => weight !== undefined && weight > 0))
    throw new PlanError('noTarget', 'Every master has the weight 0: there is nobody the slots could go to.', {
      remedy: 'Give a master a weight above 0.',
    });
  const values = by === 'slots' ? undefined : valuesOf(by, measurements, masters, weights);
  const measured: Worth | undefined = values?.some(value => value > 0) ? measuredWorth(values) : undefined;
  const isCounted = measured === undefined;
  const worth = measured ?? unitWorth();
  const part = readThreshold(threshold ?? 2) / 100;
  return {
    weights,
    worth,
    isCounted,
    tolerance: { part, least: threshold !== undefined ? 0 : isCounted ? 1 : worth.slack },
    what: isCounted ? 'the slots' : whats[by],
    warnings: [...warnings, ...(isCounted && by !== 'slots' ? [nothingMeasured(by)] : [])],
  };
}

const whats: Readonly<Record<SlotMeasure, string>> = {
  slots: 'the slots',
  keys: 'the keys',
  memory: 'the memory',
  load: 'the load',
};

function readWeights(subject: MemberCase, weights: Readonly<Record<string, number>>): Map<string, number> {
  const named = Object.entries(weights).map(([name, weight]) => ({
    name,
    weight,
    node: nodeNamed(subject.topology, name),
  }));
  refuseRepeated(named);
  for (const { weight, node } of named) {
    const { address } = node;
    if (!Number.isFinite(weight) || weight < 0)
      throw new PlanError('weightUnreadable', `${weight} is no weight for ${address}.`, {
        node: address,
        remedy: 'Give 0 to empty it, 1 for as much as the others, 2 for twice as much, 0.5 for half.',
      });
    if (!isMember(subject, node))
      throw new PlanError('notInCluster', `${address} has a weight, but is not in the cluster.`, {
        node: address,
        remedy: node.status === 'spare' ? 'Add it as a master first.' : 'Name masters of one cluster.',
      });
    if (node.role === 'replica') {
      const master = memberById(subject, node.masterId);
      throw new PlanError('notMaster', `${address} has a weight, but is a replica and owns no slots.`, {
        node: address,
        remedy: master ? `Give the weight to its master, ${master.address}.` : 'Give weights to masters.',
      });
    }
  }
  return new Map(named.map(({ node, weight }) => [node.id, weight]));
}

/** Undefined for who keeps what it has. */
function weigh(
  masters: readonly ClusterNode[],
  named: ReadonlyMap<string, number>,
  includeEmpty: boolean,
): { weights: (number | undefined)[]; warnings: PlanWarning[] } {
  const leftOut: string[] = [];
  const weights = masters.map(master => {
    const given = named.get(master.id);
    if (!master.slots.isEmpty) return given ?? 1;
    if (given !== undefined) return given > 0 ? given : undefined;
    if (!includeEmpty) return undefined;
    if (isAble(master)) return 1;
    leftOut.push(master.address);
    return undefined;
  });
  if (leftOut.length === 0) return { weights, warnings: [] };
  const text = `${joinSome(leftOut)} ${leftOut.length === 1 ? 'has' : 'have'} no slots and ${leftOut.length === 1 ? 'is' : 'are'} not well: ${leftOut.length === 1 ? 'it gets' : 'they get'} none now.`;
  return { weights, warnings: [{ code: 'emptyLeftOut', text }] };
}

function valuesOf(
  by: 'keys' | 'memory' | 'load',
  measurements: SlotMeasurements | undefined,
  masters: readonly ClusterNode[],
  weights: readonly (number | undefined)[],
): Float64Array {
  const measured = measurements?.[by === 'memory' ? 'bytes' : by];
  if (!measured) throw measurementsNeeded(`The ${nouns[by]} of each slot ${by === 'keys' ? 'are' : 'is'} not measured`);
  const values = new Float64Array(SLOT_COUNT);
  const unknown: string[] = [];
  masters.forEach(({ slots, address }, master) => {
    if (weights[master] === undefined) return;
    let isKnown = true;
    for (const slot of slots) {
      const value = measured[slot] ?? -1;
      if (value >= 0) values[slot] = value;
      else isKnown = false;
    }
    if (!isKnown) unknown.push(address);
  });
  if (unknown.length > 0)
    throw measurementsNeeded(`The ${nouns[by]} of each slot could not be measured on ${joinSome(unknown)}`);
  return values;
}

const nouns = { keys: 'keys', memory: 'memory', load: 'load' } as const;

function measurementsNeeded(what: string): PlanError {
  return new PlanError('measurementsNeeded', `${what}.`, {
    remedy: 'Measure it first, or balance by slots.',
  });
}

function readThreshold(percent: number): number {
  if (Number.isFinite(percent) && percent >= 0) return percent;
  throw new PlanError('thresholdUnreadable', `${percent} is no threshold.`, {
    remedy: 'Give a percentage of 0 or more: 2 leaves masters alone that are within 2 % of their share.',
  });
}

function nothingMeasured(by: SlotMeasure): PlanWarning {
  const what = by === 'keys' ? 'The slots hold no keys' : `No slot has any ${by === 'memory' ? 'memory' : 'load'}`;
  return { code: 'nothingMeasured', text: `${what}: the slots are balanced by their number instead.` };
}
