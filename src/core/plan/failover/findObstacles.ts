import type { ClusterNode, DisagreementKind } from '../../topology/types';
import { slotsText } from '../../topology/wording';
import { count, joinSome } from '../phrases';
import { electsForEmptyMasters } from './electionMemory';
import type { FailoverCase } from './failoverCase';

/** Why a failover would fail, most of the time without the server saying so: it answers OK and only its log tells. */
export interface FailoverObstacle {
  code: string;
  /** Goes on after "X cannot take over from Y: "; no full stop. */
  text: string;
  /** What would make it possible, whole sentences; empty where that is told with another obstacle. */
  remedy: string;
  /** It can be over in a few seconds without anybody doing anything. */
  passes: boolean;
}

/** While writes pause, 5 s at most, a replica has to receive all it lacks. */
const mostLagBytes = 16 * 1024 * 1024;

/** All reasons found in the topology why this failover cannot succeed or must not be done; empty when there is none. */
export function findObstacles(subject: FailoverCase): FailoverObstacle[] {
  const findings = [
    ...replicaObstacles(subject),
    ...masterObstacles(subject),
    ...majorityObstacles(subject),
    ...agreementObstacles(subject),
  ];
  return findings;
}

/** Those that lie with the replica alone. */
export function replicaObstacles({
  replica,
  master,
  mode,
}: Pick<FailoverCase, 'replica' | 'master' | 'mode'>): FailoverObstacle[] {
  const { info, address, lagBytes = 0 } = replica;
  if (!replica.reachable || !info)
    return [
      obstacle(
        'replicaUnreachable',
        `${address} does not answer (${reasonOf(replica)})`,
        'Mend that, or choose another replica.',
      ),
    ];
  if (info.loading)
    return [passing('replicaLoading', `${address} is still loading its data`, 'Wait until it is done.')];
  if (info.syncing)
    return [
      passing(
        'replicaSyncing',
        `${address} is still copying the data of ${master.address} and holds only a part of it`,
        'Wait until the synchronisation is done.',
      ),
    ];
  if (mode === 'takeover') return [];

  const found: FailoverObstacle[] = [];
  if (replica.status === 'failed' || replica.status === 'suspect')
    found.push(
      passing(
        'replicaSuspect',
        `${count(replica.suspectedBy.length, 'node')} cannot reach ${address} and would not vote for it`,
        'Mend the network between them, or choose another replica.',
      ),
    );
  if (mode === 'force' || !master.reachable) return found;
  if (info.masterLink !== 'up')
    found.push(
      passing(
        'linkDown',
        `its link to ${master.address} is down, so it does not get what is written there`,
        'Wait some seconds; if it stays down, check the network between the two and the password the replica uses for its master (masterauth).',
      ),
    );
  else if (lagBytes > mostLagBytes)
    found.push(
      passing(
        'replicaLagging',
        `it is ${Math.round(lagBytes / 1_048_576)} MB behind ${master.address} and would not catch up within the 5 s for which writes can be paused`,
        'Wait until it has caught up, or write less.',
      ),
    );
  return found;
}

function masterObstacles(subject: FailoverCase): FailoverObstacle[] {
  const { master, mode, hasMajority } = subject;
  const { address } = master;
  if (mode === 'takeover') return [];
  if (mode === 'force') return isInDoubt(master) ? [] : [masterAlive(subject)];

  // Without a majority what has to be done first is told with that.
  const elected = hasMajority
    ? 'The cluster elects a replica by itself within seconds. If it does not, the mode "force" does without the master, and loses what it has not sent to the replica.'
    : '';
  if (master.status === 'failed')
    return [obstacle('masterFailed', `${address} has failed and cannot hand over`, elected)];
  if (!master.reachable)
    return [
      obstacle(
        'masterUnreachable',
        `${address} does not answer (${reasonOf(master)}) and cannot hand over; the server would accept the command and give up silently after 5 s`,
        elected,
      ),
    ];
  if (master.status === 'suspect')
    return [
      passing(
        'masterSuspect',
        `${count(master.suspectedBy.length, 'node')} cannot reach ${address}`,
        'Wait some seconds; if it stays so, mend the network between them.',
      ),
    ];
  if (master.info?.loading)
    return [passing('masterLoading', `${address} is still loading its data`, 'Wait until it is done.')];
  return [];
}

function masterAlive({ master }: FailoverCase): FailoverObstacle {
  return obstacle(
    'masterAlive',
    `${master.address} is alive, and being forced it would lose the writes it has not sent yet, for nothing`,
    'Use the graceful mode, which loses nothing.',
  );
}

function isInDoubt({ reachable, status }: ClusterNode): boolean {
  return !reachable || status === 'failed' || status === 'suspect';
}

function majorityObstacles(subject: FailoverCase): FailoverObstacle[] {
  const { master, mode, voters, ableVoters, hasMajority } = subject;
  const isUnelectable = isEmptyWithoutElection(subject);
  if (mode === 'takeover') {
    if (!hasMajority || isUnelectable) return [];
    return [
      obstacle(
        'majorityPresent',
        `${ableVoters.length} of ${voters.length} masters answer, which is a majority and can elect it`,
        `Use the mode ${isInDoubt(master) ? '"force"' : '"graceful"'}: without a vote two nodes could own the same slots.`,
      ),
    ];
  }
  if (isUnelectable)
    return [
      obstacle(
        'emptyMaster',
        `${master.address} has no slots, and ${nameOfServer(subject.replica)} never elects a replica of such a master; the server would accept the command and give up silently`,
        `Give ${master.address} slots first, or use the mode "takeover", which needs no election.`,
      ),
    ];
  if (hasMajority) return [];
  const missing = voters.filter(voter => !ableVoters.includes(voter)).map(({ address }) => address);
  return [
    obstacle(
      'noMajority',
      `only ${ableVoters.length} of ${voters.length} masters can vote, which is no majority (${joinSome(missing)} ${missing.length === 1 ? 'does' : 'do'} not)`,
      'Bring masters back until a majority answers. Only if that is impossible: the mode "takeover" does without a vote.',
    ),
  ];
}

function isEmptyWithoutElection({ master, replica }: FailoverCase): boolean {
  return master.slots.isEmpty && replica.info !== undefined && !electsForEmptyMasters(replica.info);
}

function nameOfServer({ info }: ClusterNode): string {
  return info?.flavour === 'valkey' ? `Valkey ${info.version}` : 'Redis';
}

function agreementObstacles({ topology, master, replica, mode, members }: FailoverCase): FailoverObstacle[] {
  if (mode === 'takeover') return [];
  const found: FailoverObstacle[] = [];
  const about = (kind: DisagreementKind, ids: readonly string[]) =>
    topology.disagreements.find(
      disagreement => disagreement.kind === kind && disagreement.nodeIds.some(id => ids.includes(id)),
    );

  const roles = about('role', [replica.id, master.id]);
  if (roles)
    found.push(
      passing(
        'rolesUnsettled',
        `not all nodes know yet who is whose replica. ${withoutStop(roles.text)}`,
        'After a failover this passes within some seconds: plan again then.',
      ),
    );
  const owners = about('slotOwner', [master.id]);
  if (owners)
    found.push(
      passing(
        'slotsDisputed',
        `the nodes do not agree about its slots, and some would not vote for it. ${withoutStop(owners.text)}`,
        'Wait some seconds; if it stays so, fix the cluster first.',
      ),
    );
  const epochs = about('epochCollision', [master.id]);
  if (epochs)
    found.push(
      passing(
        'epochCollision',
        withoutStop(epochs.text),
        'The nodes settle that within seconds; if they do not, fix the cluster first.',
      ),
    );
  // With the old master gone nothing moves any more; waiting for it would only keep its slots down.
  if (mode === 'graceful') found.push(...openSlots(master, members));
  return found;
}

function openSlots(master: ClusterNode, members: readonly ClusterNode[]): FailoverObstacle[] {
  const own = master.openSlots.map(({ slot }) => slot);
  const others = members.flatMap(node =>
    node.id === master.id ? [] : node.openSlots.filter(({ peerId }) => peerId === master.id).map(({ slot }) => slot),
  );
  const slots = [...new Set([...own, ...others])].sort((a, b) => a - b);
  if (slots.length === 0) return [];
  return [
    obstacle(
      'openSlots',
      `${count(slots.length, 'slot')} of ${master.address} ${slots.length === 1 ? 'is' : 'are'} being moved (${joinSome(slots.map(String), 6)}), and a failover in the middle can lose keys`,
      'Finish the move or roll it back first (redis-cli --cluster fix).',
    ),
  ];
}

function reasonOf({ unreachableReason = 'no reason is known', address }: ClusterNode): string {
  return withoutStop(unreachableReason.replace(`${address} `, ''));
}

function obstacle(code: string, text: string, remedy: string): FailoverObstacle {
  return { code, text, remedy, passes: false };
}

function passing(code: string, text: string, remedy: string): FailoverObstacle {
  return { code, text, remedy, passes: true };
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

/** `slots 0-5460`, or that there are none. */
export function slotsOf({ slots }: ClusterNode): string {
  return slots.isEmpty ? 'no slots' : slotsText(slots);
}
