import { l10n } from 'vscode';
import type { Topology } from '../../core/index';
import { lookOnce, type ConnectionDraft } from '../commands/askConnection';
import { isSameCluster } from '../sessions/twins';
import type { ClusterSession } from '../sessions/types';

/** No node answered; the message is the reason of the first. */
export class NoAnswer extends Error {
  constructor(
    message: string,
    /** It was there, and did not let us in. */
    readonly isAboutLogin: boolean,
  ) {
    super(message);
  }
}

const ofLogins: ReadonlySet<string | undefined> = new Set(['passwordRequired', 'usersNotSupported', 'wrongPassword']);

/** Looks before anything is saved. Throws a NoAnswer. */
export async function lookFirst(draft: ConnectionDraft): Promise<Topology> {
  const topology = await lookOnce(draft);
  if (topology.answered > 0) return topology;
  const first = topology.nodes.find(node => node.unreachableReason !== undefined);
  throw new NoAnswer(first?.unreachableReason ?? l10n.t('No node answered.'), ofLogins.has(first?.unreachableCode));
}

/** Who lists these nodes already, by their ids: the same cluster may be named by any of its nodes. */
export function sessionOfNodes(
  sessions: readonly ClusterSession[],
  topology: Topology,
  exceptId?: string,
): ClusterSession | undefined {
  return sessions.find(session => session.definition.id !== exceptId && isSameCluster(session.topology, topology));
}
