import type { ClusterNode } from '../../topology/types';
import { count } from '../phrases';
import type { FailoverMode, FailoverRoles, NodeRef, PlanStep } from '../types';
import type { FailoverCase } from './failoverCase';
import { slotsOf } from './findObstacles';

/** For how long the replica must not be promoted yet, and why. */
export interface Cooldown {
  waitMilliseconds: number;
  untilMilliseconds: number;
  agoMilliseconds: number;
  memoryMilliseconds: number;
}

/**
 * The steps of a failover; a wait is followed by a second check, because much can happen in a minute. `isFurther`: an
 * earlier failover of the same plan has said at length what is looked for.
 */
export function failoverSteps(
  subject: FailoverCase,
  cooldown: Cooldown | undefined,
  { isFurther = false } = {},
): PlanStep[] {
  const { master, replica, members, siblings, mode } = subject;
  const roles: FailoverRoles = {
    replica: refer(replica),
    master: refer(master),
    slots: master.slots.toString(),
    mode,
  };
  const nodes = members.map(refer);
  const check = (next: 'awaitCooldown' | 'failOver', text: string): PlanStep => ({
    kind: 'checkFailover',
    text,
    nodes,
    next,
    ...roles,
  });
  const looked = isFurther
    ? `Look for the same in the way of ${replica.address} taking over from ${master.address}.`
    : `${checkText[mode]} On ${count(nodes.length, 'node')}; what passes by itself is waited for, up to 10 s.`;
  return [
    ...(cooldown
      ? [
          check('awaitCooldown', looked),
          awaitCooldown(replica, cooldown),
          check('failOver', 'Look at all of that again, because time has passed.'),
        ]
      : [check('failOver', looked)]),
    { kind: 'failOver', text: failOverText(subject), ...roles },
    {
      kind: 'awaitRoles',
      text: `Wait until ${replica.address} owns ${slotsOf(master)} in all views with a newer config epoch${mode === 'takeover' ? '' : ', a majority of the masters among them'}, ${master.reachable ? `${master.address} follows it with its link up` : `${master.address} follows it if it is back`}, and that has held for a second.`,
      nodes,
      siblings: siblings.map(refer),
      epoch: master.configEpoch,
      ...roles,
    },
  ];
}

const checkText: Record<FailoverMode, string> = {
  graceful:
    'Look for everything that makes a server accept a failover and then not do it: link, lag, a master that does not answer, no majority, roles not known everywhere, slots on their way, votes of an earlier election.',
  force: 'Look once more that the master is out of reach, a majority can vote and the replica holds whole data.',
  takeover: 'Look once more that no majority can vote and the replica holds whole data.',
};

function awaitCooldown(replica: ClusterNode, cooldown: Cooldown): PlanStep {
  const { waitMilliseconds, untilMilliseconds, agoMilliseconds, memoryMilliseconds } = cooldown;
  const { flavour = 'redis', version = '' } = replica.info ?? {};
  const server = `${flavour === 'valkey' ? 'Valkey' : 'Redis'} ${version}`.trim();
  const text = `Wait ${seconds(waitMilliseconds)} s: ${replica.address} may have stood for election ${Math.floor(agoMilliseconds / 1000)} s ago, and ${server} mixes up two elections of one node within ${Math.floor(memoryMilliseconds / 1000)} s (4 x cluster-node-timeout): it would fail and stop writes for 5 s.`;
  return { kind: 'awaitCooldown', text, replica: refer(replica), untilMilliseconds, waitMilliseconds };
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}

function failOverText({ replica, master, mode }: FailoverCase): string {
  switch (mode) {
    case 'graceful':
      return `Make ${replica.address} the master of ${slotsOf(master)} (CLUSTER FAILOVER): ${master.address} pauses writes until ${replica.address} has everything, most often some milliseconds, at most 5 s.`;
    case 'force':
      return `Make ${replica.address} the master of ${slotsOf(master)} by vote, without ${master.address} (CLUSTER FAILOVER FORCE).`;
    case 'takeover':
      return `Make ${replica.address} the master of ${slotsOf(master)} without a vote (CLUSTER FAILOVER TAKEOVER).`;
  }
}

function refer({ id, address }: NodeRef): NodeRef {
  return { id, address };
}
