import assert from 'node:assert/strict';
import { sayingsOf, wrongSlots } from '../../../../src/core/operation/inspect/slotSayings';
import type { KeyCollision, SlotInspection } from '../../../../src/core/plan/fix/inspection';
import { planFix, type FixRequest } from '../../../../src/core/plan/fix/planFix';
import type { Plan, PlanStep } from '../../../../src/core/plan/types';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import { ownLineOf } from '../../../../src/core/topology/ownLine';
import { SlotSet } from '../../../../src/core/topology/slotSet';
import type { Topology } from '../../../../src/core/topology/types';
import { looksAt, modelCluster, nodeId, type ModelNode, type Viewpoint } from '../../topology/modelCluster';
import { kindsOf } from '../memberTopologies';

/** Three masters, `nodeId(1)` to `(3)`, with a replica each, `nodeId(4)` to `(6)`, unless a test says otherwise. */
export interface FixedScene {
  nodes?: readonly ModelNode[];
  silent?: readonly string[];
  viewpoints?: Readonly<Record<string, Viewpoint>>;
  /** Slot -> id -> keys. */
  keys?: Readonly<Record<number, Readonly<Record<string, number>>>>;
  /** Slot -> its collisions. */
  collisions?: Readonly<Record<number, KeyCollision[]>>;
  /** Id -> keys it hides; given, it is a server that hides keys. */
  hidden?: Readonly<Record<string, number>>;
}

/** What a client would have observed and inspected. */
export function lookAt(scene: FixedScene): { topology: Topology; inspection: SlotInspection } {
  const { nodes = modelCluster(3, 1), keys = {}, collisions = {}, hidden = {} } = scene;
  const looks = looksAt(nodes, scene);
  const topology = mergeLooks(looks, { nowMilliseconds: 1_000_000 });
  const views = new Map(
    looks.flatMap(look => ('view' in look ? [[ownLineOf(look.view)!.id, look.view] as const] : [])),
  );
  const slots = wrongSlots(views, topology).union(SlotSet.of(Object.keys(keys).map(Number)));
  return {
    topology,
    inspection: {
      stateId: topology.stateId,
      strayKeys: true,
      nodes: [...views].map(([id, view]) => {
        const { flags, masterId, configEpoch } = ownLineOf(view)!;
        const isReplica = flags.includes('slave');
        return {
          id,
          address: view.address,
          role: isReplica ? 'replica' : 'master',
          ...(isReplica && masterId !== undefined && { masterId }),
          version: 'redis 7.0.15',
          configEpoch,
          hidesKeys: id in hidden,
          ...(id in hidden && { hiddenKeys: hidden[id]! }),
        };
      }),
      slots: sayingsOf(slots, views).map(saying => ({
        ...saying,
        keys: keys[saying.slot] ?? {},
        collisions: collisions[saying.slot] ?? [],
      })),
    },
  };
}

export function fixOf(scene: FixedScene, wish: Omit<FixRequest, 'inspection'> = {}): Plan {
  const { topology, inspection } = lookAt(scene);
  return planFix(topology, { ...wish, inspection });
}

/** One end's word: `[609->-id]` or `[609-<-id]`. */
export function migrating(slot: number, to: number): Viewpoint {
  return { openSlots: `[${slot}->-${nodeId(to)}]` };
}

export function importing(slot: number, from: number): Viewpoint {
  return { openSlots: `[${slot}-<-${nodeId(from)}]` };
}

export function collision(name: string, compared: KeyCollision['compared'], holders: readonly number[]): KeyCollision {
  return {
    key: Buffer.from(name).toString('base64'),
    name,
    database: 0,
    compared,
    copies: holders.map(holder => ({
      node: nodeId(holder),
      ...(compared !== 'unread' && { type: 'string', bytes: 50, preview: `of ${holder}`, digest: `digest ${holder}` }),
    })),
  };
}

/** The first of this kind. */
export function step<Kind extends PlanStep['kind']>(plan: Plan, kind: Kind): Extract<PlanStep, { kind: Kind }> {
  const found = plan.steps.find(each => each.kind === kind);
  assert(found, `there is no ${kind} in ${kindsOf(plan).join(', ')}`);
  return found as Extract<PlanStep, { kind: Kind }>;
}

/** Without the look before and the wait behind. */
export function doing(plan: Plan): string[] {
  return kindsOf(plan).filter(kind => kind !== 'checkFix' && kind !== 'awaitOwners');
}
