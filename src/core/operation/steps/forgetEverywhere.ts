import type { NodeRef } from '../../plan/types';
import { isOwn } from '../../topology/ownLine';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import type { NodeLine } from '../../topology/types';
import { OperationError } from '../operationError';
import { settleEach } from './eachNode';
import { poll } from '../../connection/poll';
import { isLoading, refusalText, textOf } from './replies';
import type { ManagedNodes } from './types';

export interface Forgetting {
  /** Did not answer: may list it still. */
  silent: NodeRef[];
  /** Answer, and list it in spite of being told. */
  listing: NodeRef[];
  /** Ids that somebody was told to forget: they cannot join until the ban is over, as Redis 7.2 and newer tell each other. */
  banned: string[];
}

const deadlineMilliseconds = 10_000;
const quietMilliseconds = 250;

/**
 * Tells all these nodes at once to forget what `matches`, and goes on until none of those that answer lists it any more, for
 * a moment without a break, and those of whom an answer `isExpected` have given one; 10 s at most. Who does not know it counts
 * as told. Throws an OperationError `replicaFollows` or `forgetRefused`.
 */
export async function forgetEverywhere(
  members: readonly NodeRef[],
  matches: (line: NodeLine) => boolean,
  nodes: ManagedNodes,
  isExpected: (member: NodeRef) => boolean = () => false,
): Promise<Forgetting> {
  let forgetting: Forgetting = { silent: [], listing: [], banned: [] };
  let quietSince: number | undefined;
  await poll(
    async elapsed => {
      const { banned } = forgetting;
      forgetting = await forgetOnce(members, matches, nodes);
      forgetting.banned = [...new Set([...banned, ...forgetting.banned])];
      if (forgetting.listing.length > 0 || forgetting.silent.some(isExpected)) quietSince = undefined;
      else quietSince ??= elapsed;
      return quietSince !== undefined && elapsed - quietSince >= quietMilliseconds ? true : undefined;
    },
    { timeoutMilliseconds: deadlineMilliseconds, intervalMilliseconds: 50 },
  );
  return forgetting;
}

/** Who of these nodes lists what `matches`, and who does not answer. Tells nobody. */
export async function whoLists(
  members: readonly NodeRef[],
  matches: (line: NodeLine) => boolean,
  nodes: ManagedNodes,
): Promise<Omit<Forgetting, 'banned'>> {
  const outcomes = await settleEach(members, member => matching(member, matches, nodes));
  return {
    silent: members.filter((_, index) => outcomes[index]?.status === 'rejected'),
    listing: members.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome?.status === 'fulfilled' && outcome.value.length > 0;
    }),
  };
}

async function forgetOnce(
  members: readonly NodeRef[],
  matches: (line: NodeLine) => boolean,
  nodes: ManagedNodes,
): Promise<Forgetting> {
  const outcomes = await settleEach(members, async member => {
    const lines = await matching(member, matches, nodes);
    if (lines.length > 0) await tell(member, lines, nodes);
    return lines.map(({ id }) => id);
  });
  const refused = outcomes.find(({ status, ...rest }) => status === 'rejected' && isRefusal(rest));
  if (refused?.status === 'rejected') throw refused.reason;
  return {
    silent: members.filter((_, index) => outcomes[index]?.status === 'rejected'),
    listing: members.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome?.status === 'fulfilled' && outcome.value.length > 0;
    }),
    banned: outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? outcome.value : [])),
  };
}

function isRefusal(outcome: object): boolean {
  return 'reason' in outcome && outcome.reason instanceof OperationError;
}

// During a handshake an id is a temporary: it goes by itself.
async function matching(
  { address }: NodeRef,
  matches: (line: NodeLine) => boolean,
  nodes: ManagedNodes,
): Promise<NodeLine[]> {
  const reply = await nodes.node(address).command(['CLUSTER', 'NODES']);
  return parseClusterNodes(textOf(reply, address, 'CLUSTER NODES'), address).filter(
    line => !isOwn(line) && !line.flags.includes('handshake') && matches(line),
  );
}

async function tell(member: NodeRef, lines: readonly NodeLine[], nodes: ManagedNodes): Promise<void> {
  // Who forgets an owner drops its slots with it (clusterDelNode).
  const owner = lines.find(({ slots }) => !slots.isEmpty);
  if (owner)
    throw new OperationError(
      'hasSlots',
      `${member.address} sees ${owner.host}:${owner.port} with the slots ${owner.slots.toString()}: it was not told to forget it.`,
      {
        node: member.address,
        remedy: 'It serves them: plan anew from what the nodes say now.',
      },
    );
  const commands = lines.map(({ id }) => ['CLUSTER', 'FORGET', id] as const);
  const replies = await nodes.node(member.address).pipeline(commands);
  for (const reply of replies) {
    const text = refusalText(reply);
    if (text === '' || /^ERR Unknown node/i.test(text)) continue;
    if (reply instanceof Error && isLoading(reply)) throw reply;
    throw new OperationError(
      /can't forget my (master|primary)/i.test(text) ? 'replicaFollows' : 'forgetRefused',
      `${member.address} refuses to forget it: ${text.replace(/^ERR |\.$/g, '')}.`,
      { node: member.address, remedy: remedyFor(text) },
    );
  }
}

function remedyFor(reply: string): string {
  if (reply.startsWith('NOPERM')) return 'Give the user the right with ACL SETUSER <user> +cluster|forget.';
  return 'Let it follow another master first, and plan anew.';
}
