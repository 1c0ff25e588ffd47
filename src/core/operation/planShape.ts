import * as z from 'zod/mini';
import type { PlanStep } from '../plan/types';
import { SlotSet } from '../topology/slotSet';

/** Whether what a file holds is a plan of format version 1 that can be shown, carried on and rolled back. */
export function isPlan(value: unknown): boolean {
  return plan.safeParse(value).success;
}

const slots = z.string().check(z.refine(areSlots, 'are not slots'));
const node = z.object({ id: z.string(), address: z.string() });
const nodes = z.array(node);
const share = z.array(z.object({ node, slots }));

/** What steps consist of; a name means the same in each. */
const fields = {
  nodes,
  node,
  ...{ hubs: nodes, joiners: nodes, leavers: nodes, touched: nodes, siblings: nodes, collided: z.array(nodes) },
  ...{ replica: node, master: node, slots, mode: z.enum(['graceful', 'force', 'takeover']) },
  ...{ parameter: z.string(), value: z.string(), sayings: z.string(), source: z.string(), rewrite: z.boolean() },
  next: z.enum(['awaitCooldown', 'failOver']),
  conflict: z.enum(['stop', 'skip', 'replace']),
  ...{ epoch: z.number(), every: z.number(), keys: z.number(), latencyMilliseconds: z.number() },
  ...{ untilMilliseconds: z.number(), waitMilliseconds: z.number() },
  epochs: z.array(z.object({ node, epoch: z.number() })),
  ...{ assignments: share, masters: share, owners: share, claims: share },
  releases: z.array(z.object({ node, owner: node, slots })),
  closings: z.array(z.object({ node, via: z.optional(node), slots })),
  replicas: z.array(z.object({ node, master: node })),
  moves: z.array(
    z.object({
      ...{ source: node, target: node, slots, keys: z.optional(z.number()), bytes: z.optional(z.number()) },
      engine: z.enum(['classic', 'migrateSlots', 'migrationImport']),
    }),
  ),
  strays: z.array(z.object({ holder: node, owner: node, slots, keys: z.optional(z.number()) })),
  choices: z.array(
    z.object({
      ...{ slot: z.number(), database: z.number(), key: z.string(), name: z.string() },
      ...{ keep: node, drop: nodes, digests: z.array(z.string()) },
    }),
  ),
  settings: z.array(z.object({ name: z.string(), value: z.string() })),
  words: z.array(z.union([z.string(), z.object({ base64: z.string() })])),
  databases: z.array(z.object({ source: z.number(), target: z.number() })),
};
type Field = keyof typeof fields;

const failover: readonly Field[] = ['replica', 'master', 'slots', 'mode'];
const keyCopy: readonly Field[] = ['nodes', 'source', 'databases', 'latencyMilliseconds', 'keys'];

/** What a step cannot be without. */
const needed: Readonly<Record<PlanStep['kind'], readonly Field[]>> = {
  checkEmptyNodes: ['nodes'],
  lowerSetting: ['nodes', 'parameter', 'value'],
  setConfigEpochs: ['epochs'],
  assignSlots: ['assignments'],
  shareFunctions: ['nodes'],
  meet: ['nodes', 'hubs'],
  replicate: ['replicas'],
  awaitAgreement: ['nodes', 'masters', 'replicas'],
  checkFailover: ['nodes', 'next', ...failover],
  awaitCooldown: ['replica', 'untilMilliseconds', 'waitMilliseconds'],
  failOver: failover,
  awaitRoles: ['nodes', 'siblings', 'epoch', ...failover],
  checkMembers: ['nodes', 'touched', 'joiners', 'leavers'],
  awaitSync: ['nodes', 'replicas'],
  resetNode: ['node'],
  forget: ['node', 'nodes'],
  awaitForgotten: ['node', 'nodes'],
  checkMoves: ['nodes', 'moves'],
  moveSlots: ['nodes', 'moves', 'latencyMilliseconds'],
  awaitOwners: ['nodes', 'owners'],
  checkFix: ['nodes', 'slots', 'sayings'],
  releaseSlots: ['releases'],
  claimSlots: ['claims'],
  tellOwners: ['nodes', 'owners'],
  settleCollisions: ['choices'],
  moveStrays: ['nodes', 'strays', 'choices'],
  closeSlots: ['closings'],
  separateEpochs: ['nodes', 'collided'],
  setConfig: ['nodes', 'settings', 'rewrite'],
  runCommand: ['nodes', 'words'],
  checkImport: ['nodes', 'source', 'databases'],
  copyKeys: ['conflict', ...keyCopy],
  verifyCopies: ['every', ...keyCopy],
  restoreSettings: ['nodes'],
};

const someFields = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, z.optional(field)]));
const step = z
  .object({ kind: z.enum(Object.keys(needed) as PlanStep['kind'][]), text: z.string(), ...someFields })
  .check(z.refine(each => needed[each.kind].every(name => Object.hasOwn(each, name)), 'lacks something'));

const picture = z.object({
  nodes: z.array(
    z.object({
      ...{ id: z.string(), address: z.string(), hostLabel: z.string(), slots },
      role: z.enum(['master', 'replica', 'spare']),
      master: z.optional(z.string()),
      keys: z.optional(z.number()),
      bytes: z.optional(z.number()),
    }),
  ),
});

const score = z.object({
  replicasOnMastersHost: z.number(),
  replicasSharingHost: z.number(),
  masterSpread: z.number(),
  hostsHoldingMajority: z.array(z.string()),
  total: z.number(),
});

const plan = z.object({
  formatVersion: z.literal(1),
  ...{ kind: z.string(), title: z.string(), stateId: z.string() },
  steps: z.array(step),
  ...{ before: picture, after: picture },
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
  risk: z.enum(['none', 'interruptsWrites', 'losesData']),
  findings: z.optional(z.array(z.string())),
  settings: z.optional(
    z.array(z.object({ node, name: z.string(), before: z.optional(z.string()), after: z.string() })),
  ),
  ...{ placement: z.optional(score), placementBefore: z.optional(score) },
  estimateSeconds: z.optional(z.number()),
});

function areSlots(named: string): boolean {
  try {
    SlotSet.parse(named);
    return true;
  } catch {
    return false;
  }
}
