import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { keySlot } from '../../../src/core/topology/keySlot';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import type { Chance } from '../../support/chance';
import { createWithRedisCli, eventually, sendCommand } from '../../support/testCluster';
import { pick, type Case } from './cases';
import type { Fleet } from './fleet';
import type { RunnerJob } from './runner';
import { settled } from './settled';

type Job = Pick<RunnerJob, 'planner' | 'request'>;

/** Makes the cluster that the operation of a case wants to find; none where it is to be created. */
export async function formCluster(
  { operation, masters, replicasPerMaster, spares }: Case,
  fleet: Fleet,
): Promise<void> {
  if (operation === 'create') return;
  const { ports, cliPath } = fleet;
  const members = ports.slice(0, masters * (1 + replicasPerMaster));
  await createWithRedisCli({ ports, cliPath }, replicasPerMaster, members);
  // A master without slots, to be removed.
  if (operation === 'remove' && spares > 0)
    await sendCommand(ports.at(-1)!, ['CLUSTER', 'MEET', '127.0.0.1', members[0]!]);
}

/** What the operation is asked for. The keys are there by now. */
export async function jobOf(drawn: Case, fleet: Fleet, client: ClusterClient): Promise<Job> {
  const { operation, chance, masters, replicasPerMaster } = drawn;
  if (operation === 'create') return { planner: operation, request: { masters, replicasPerMaster } };
  const topology = await settled(client);
  const owners = topology.nodes.filter(({ slots }) => !slots.isEmpty);
  const replicas = topology.nodes.filter(({ role, inCluster }) => role === 'replica' && inCluster);
  const forgetWaitMilliseconds = 300;
  const moving = { latencyMilliseconds: pick([0, 2], chance), ...(chance() < 0.5 && { engine: 'classic' }) };
  switch (operation) {
    case 'failover':
      return { planner: operation, request: { replica: pick(replicas, chance).id } };
    case 'replace': {
      const node = chance() < 0.6 ? pick(owners, chance) : pick(replicas, chance);
      return { planner: operation, request: { node: node.id, forgetWaitMilliseconds } };
    }
    case 'add': {
      const as = chance() < 0.6 ? { as: 'replica', master: pick(owners, chance).id } : { as: 'master' };
      return { planner: operation, request: { node: fleet.nodes.at(-1)!, ...as } };
    }
    case 'remove': {
      const empty = topology.nodes.find(
        ({ inCluster, role, slots }) => inCluster && role === 'master' && slots.isEmpty,
      );
      return { planner: operation, request: { node: (empty ?? pick(replicas, chance)).id, forgetWaitMilliseconds } };
    }
    case 'balanceRoles':
      return { planner: operation, request: { hosts: crowdedHosts(topology, chance) } };
    case 'reshard': {
      const [source, target] = twoOf(owners, chance);
      const slots = Math.round(100 + 1500 * chance());
      return { planner: operation, request: { slots, from: [source.id], to: target.id, ...moving } };
    }
    case 'rebalance': {
      const weights = Object.fromEntries(owners.map(({ id }, index) => [id, index === 0 ? 6 : 7 + (index % 3)]));
      return { planner: operation, request: { weights, threshold: 0, ...moving } };
    }
    case 'fix':
      await breakSlots(owners, chance);
      return { planner: operation, request: { openSlots: pick(['finish', 'rollBack'], chance), uncovered: 'assign' } };
  }
}

/** All masters but one share a host, so that failovers have to part them. */
function crowdedHosts({ shards, nodes }: Topology, chance: Chance): Record<string, string> {
  const crowded = Math.floor(chance() * 3);
  const address = (id: string): string => nodes.find(node => node.id === id)!.address;
  return Object.fromEntries(
    shards.flatMap(({ masterId, replicaIds }, index) => {
      const host = index < shards.length - 1 ? crowded : crowded + 1;
      return [masterId!, ...replicaIds].map((id, place) => [address(id), `host-${(host + place) % 3}`]);
    }),
  );
}

function twoOf(nodes: readonly ClusterNode[], chance: Chance): [ClusterNode, ClusterNode] {
  const one = pick(nodes, chance);
  return [
    one,
    pick(
      nodes.filter(node => node !== one),
      chance,
    ),
  ];
}

/** Leaves some slots as operations of other tools leave them when they are broken off. */
async function breakSlots(owners: readonly ClusterNode[], chance: Chance): Promise<void> {
  const [source, target] = twoOf(owners, chance);
  const used = Array.from({ length: 1500 }, (_, number) => keySlot(Buffer.from(`key:${number}`)));
  const slots = [...new Set(used)].filter(slot => source.slots.has(slot)).slice(0, 40);
  const setSlot = (node: ClusterNode, slot: number, state: string, peer: ClusterNode) =>
    sendCommand(node.port, ['CLUSTER', 'SETSLOT', slot, state, peer.id]);
  const form = pick(['bothEnds', 'bothEnds', 'onlyMigrating', 'onlyImporting', 'uncovered'] as const, chance);
  const chosen = slots.slice(0, form === 'uncovered' ? 5 : 5 + Math.floor(30 * chance()));
  assert(chosen.length > 0, 'the master has slots with keys');
  for (const slot of chosen) {
    if (form !== 'uncovered' && form !== 'onlyMigrating') await setSlot(target, slot, 'IMPORTING', source);
    if (form === 'bothEnds' || form === 'onlyMigrating') await setSlot(source, slot, 'MIGRATING', target);
    if (form === 'bothEnds' && chance() < 0.5) await moveKeys(source, target, slot);
  }
  if (form === 'uncovered') await disown(owners, chosen);
}

async function moveKeys({ port }: ClusterNode, target: ClusterNode, slot: number): Promise<void> {
  const keys = (await sendCommand(port, ['CLUSTER', 'GETKEYSINSLOT', slot, 1])) as string[];
  if (keys.length > 0) await sendCommand(port, ['MIGRATE', '127.0.0.1', target.port, '', 0, 5000, 'KEYS', ...keys]);
}

/** Until these slots belong to nobody in any master's view: what was on its way between them can give them back once. */
async function disown(owners: readonly ClusterNode[], slots: readonly number[]): Promise<void> {
  const gone = async ({ port }: ClusterNode): Promise<boolean> => {
    try {
      await sendCommand(port, ['CLUSTER', 'DELSLOTS', ...slots]);
      return false;
    } catch (error) {
      if (!/already unassigned/.test((error as Error).message)) throw error;
      return true;
    }
  };
  let quiet = 0;
  await eventually(
    async () => {
      quiet = (await Promise.all(owners.map(gone))).every(Boolean) ? quiet + 1 : 0;
      return quiet > 25;
    },
    { what: `slots ${slots.join(',')} belong to nobody` },
  );
}
