import type { Reply } from '../../connection/types';
import type { ConfigReading } from '../../plan/config/reading';
import { isSecretSetting } from '../../plan/config/secretSettings';
import { chooseNodes, type NodeChoice } from '../../plan/nodeChoice';
import { ClusterError } from '../../topology/clusterError';
import type { Topology } from '../../topology/types';
import { settleEach } from '../steps/eachNode';
import { fieldsOf } from '../steps/replies';
import type { ManagedNodes } from '../steps/types';

export interface ReadConfigOptions {
  /** Names, `*` in them for any text; default all. */
  names?: readonly string[] | undefined;
  nodes?: NodeChoice | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The settings of nodes, all asked at once. A node that cannot be asked is among the failures. Settings that hold a secret are
 * left out. Rejects with a PlanError for nodes that are not known, and with the reason of the signal.
 */
export async function readConfig(
  topology: Topology,
  nodes: ManagedNodes,
  { names = ['*'], nodes: choice = 'all', signal }: ReadConfigOptions,
): Promise<ConfigReading> {
  const chosen = chooseNodes(topology, choice);
  const values: Record<string, Record<string, string>> = {};
  const failures: Record<string, string> = {};
  const outcomes = await settleEach(chosen, async ({ address }) => {
    const gets = names.map(name => ['CONFIG', 'GET', name] as const);
    const replies = await nodes.node(address).pipeline(gets, signal ? { signal } : {});
    return Object.assign({}, ...replies.map(readPairs)) as Record<string, string>;
  });
  signal?.throwIfAborted();
  outcomes.forEach((outcome, index) => {
    const { id } = chosen[index]!;
    if (outcome.status === 'fulfilled') values[id] = outcome.value;
    else if (outcome.reason instanceof ClusterError) failures[id] = outcome.reason.message;
    else throw outcome.reason;
  });
  return { values, failures };
}

function readPairs(reply: Reply | Error): Record<string, string> {
  if (reply instanceof Error) throw reply;
  const open = [...fieldsOf(reply)].filter(([name]) => !isSecretSetting(name));
  return Object.fromEntries(open.map(([name, value]) => [name, String(value)]));
}
