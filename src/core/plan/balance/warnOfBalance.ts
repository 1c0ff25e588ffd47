import type { ClusterNode, Topology } from '../../topology/types';
import { slotsOf } from '../failover/findObstacles';
import { warnOfFailover } from '../failover/warnOfFailover';
import { isAble, replicasOf } from '../members/memberCase';
import { count, joinSome } from '../phrases';
import type { PlanWarning } from '../types';
import { mastersPerHost, type Judged } from './arrangement';
import type { BalanceCase, BalanceRolesRequest } from './balanceCase';
import type { BalanceCourse, ReplicaMove } from './balanceSteps';

/** What the plan costs on its way, what it has to leave as it is, and what of the request has no effect. */
export function warnOfBalance(
  subject: BalanceCase,
  { failovers, moves }: BalanceCourse,
  target: Judged,
  request: BalanceRolesRequest,
): PlanWarning[] {
  return [
    ...moves.flatMap(warnOfMove),
    ...failovers.flatMap(failover => warnOfFailover(failover).filter(({ code }) => code === 'mixedVersions')),
    ...tellLeftOut(subject),
    ...remainingFaults(subject, target),
    ...warnOfUnknownHosts(subject.topology, request),
  ];
}

function warnOfMove({ replica, from, to, subject }: ReplicaMove): PlanWarning[] {
  const copies = `${replica.address} drops what it holds and copies all of ${to.address}${sizeOf(to)}; ${to.address} and the network carry that load.`;
  const isLast = !replicasOf(subject, from).some(other => other.id !== replica.id && isAble(other));
  const alone = `When ${replica.address} has left ${from.address}, ${slotsOf(from)} are without a replica until the next one has copied them.`;
  return [{ code: 'fullCopy', text: copies }, ...(isLast ? [{ code: 'withoutReplicaMeanwhile', text: alone }] : [])];
}

function sizeOf({ info }: ClusterNode): string {
  return info ? ` (${Math.max(1, Math.round(info.usedMemoryBytes / 1_048_576))} MB in memory)` : '';
}

function tellLeftOut({ seats }: BalanceCase): PlanWarning[] {
  const out = seats.filter(({ isAble }) => !isAble).map(({ node }) => node.address);
  if (out.length === 0) return [];
  const text = `${joinSome(out)} ${out.length === 1 ? 'is' : 'are'} not well now and ${out.length === 1 ? 'keeps its place' : 'keep their places'}: balance the roles again when ${out.length === 1 ? 'it is' : 'they are'} back.`;
  return [{ code: 'leftOut', text }];
}

/** What no failover and no replica move that this planner knows could mend. */
export function remainingFaults(
  { seats, hosts, shards }: BalanceCase,
  { homes, masters, score }: Judged,
): PlanWarning[] {
  const counts = mastersPerHost(
    masters.map(seat => seats[seat]!.host),
    hosts.length,
  );
  const withMaster = homes.flatMap((home, seat) => {
    const master = seats[masters[home]!]!;
    const { node, host } = seats[seat]!;
    return masters[home] !== seat && host === master.host ? [`${node.address} with ${master.node.address}`] : [];
  });
  const found: PlanWarning[] = [];
  const tell = (code: string, text: string): void => void found.push({ code, text });
  if (withMaster.length > 0)
    tell(
      'replicaOnMastersHost',
      `${count(withMaster.length, 'replica')} ${withMaster.length === 1 ? 'stays on the host of its' : 'stay on the hosts of their'} own master, so one host can take both: ${joinSome(withMaster)}.`,
    );
  if (score.replicasSharingHost > 0)
    tell(
      'replicasShareHost',
      `${count(score.replicasSharingHost, 'replica')} ${score.replicasSharingHost === 1 ? 'shares its' : 'share their'} host with another replica of the same master.`,
    );
  if (shards.length >= 3)
    for (const host of score.hostsHoldingMajority)
      tell(
        'hostHoldsMajority',
        `${host} holds ${counts[hosts.indexOf(host)]} of ${count(shards.length, 'master')}: when it dies, no majority is left, so no replica takes over by itself.`,
      );
  if (score.masterSpread > 1) {
    const spread = joinSome(hosts.map((host, index) => `${counts[index]} on ${host}`));
    // Two halves would be two hosts whose loss stops the voting.
    const isOnPurpose = Math.max(...counts) * 2 === shards.length + 2 && counts.filter(held => held > 0).length === 2;
    tell(
      'mastersUneven',
      isOnPurpose
        ? `The masters stay at ${spread}: with half of them on each host, the loss of either would leave no majority.`
        : `The masters stay uneven, because a host can only hold those of shards that have a node on it: ${spread}.`,
    );
  }
  return found;
}

function warnOfUnknownHosts({ nodes }: Topology, { hosts = {} }: BalanceRolesRequest): PlanWarning[] {
  const known = new Set(nodes.map(({ address }) => address));
  const unknown = Object.keys(hosts)
    .filter(address => !known.has(address))
    .sort();
  if (unknown.length === 0) return [];
  const text = `Host labels are given for ${joinSome(unknown)}, which ${unknown.length === 1 ? 'is no node' : 'are no nodes'} known here; ${unknown.length === 1 ? 'it has' : 'they have'} no effect.`;
  return [{ code: 'unknownHosts', text }];
}
