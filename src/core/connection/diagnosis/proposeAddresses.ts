import { formatAddress, parseAddress } from '../../topology/address';
import { ClusterError } from '../../topology/clusterError';
import { openNodeConnection, type NodeConnectionOptions } from '../nodeConnection';
import type { Turns } from '../turns';
import type { UnreachableAddress } from './types';

/** Hosts each address is looked for on. */
const MOST_HOSTS = 8;

export interface ProposalFacts {
  /** Hosts where other nodes of the cluster answered. */
  hosts: readonly string[];
  options: NodeConnectionOptions;
  turns: Turns;
}

/**
 * Looks for a node under its host name and, with the same port, on the hosts where others answered: Docker and forwarded ports
 * often are like that. Only the node itself, known by its id, counts. Rejects only with the signal's reason.
 */
export async function proposeAddress(
  unreachable: UnreachableAddress,
  { hosts, options, turns }: ProposalFacts,
  signal: AbortSignal,
): Promise<UnreachableAddress> {
  const { port, host } = parseAddress(unreachable.address);
  const names = unreachable.hostname === undefined ? [] : [unreachable.hostname];
  const others = [...new Set([...names, ...hosts])].filter(each => each !== host).slice(0, MOST_HOSTS);
  const candidates = others.map(each => formatAddress({ host: each, port }));
  const found = await Promise.all(
    candidates.map(candidate => turns.run(() => answersThere(candidate, unreachable.nodeId, options, signal))),
  );
  const answersAt = candidates.find((_, index) => found[index]);
  return answersAt === undefined ? unreachable : { ...unreachable, answersAt };
}

async function answersThere(
  address: string,
  nodeId: string,
  options: NodeConnectionOptions,
  signal: AbortSignal,
): Promise<boolean> {
  signal.throwIfAborted();
  const connection = openNodeConnection(address, options);
  try {
    return (await connection.command(['CLUSTER', 'MYID'], { signal })) === nodeId;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterError) return false;
    throw error;
  } finally {
    connection.close();
  }
}
