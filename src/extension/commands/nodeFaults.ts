import { planCreate, type ClusterClient, type NodeConnection, type Topology } from '../../core/index';
import { faultOf } from '../faultOf';

/** Why one of the nodes cannot found a cluster with the others, as they are. */
export interface NodeFault {
  address: string;
  /** Whole sentences; names the node. */
  text: string;
  /** A cluster without replicas is possible all the same. */
  bearable?: true;
}

/** What a node wants of who signs in, and signs in with itself at its master. Secret: goes into no text. */
export interface NodeLogin {
  address: string;
  /** Empty: it needs none. */
  requiredPassword: string;
  masterPassword: string;
}

/** Nodes that did not answer or did not let us in, each with its reason. */
export function silentNodes({ nodes }: Topology): NodeFault[] {
  return nodes.flatMap(({ address, unreachableReason: text }) => (text === undefined ? [] : [{ address, text }]));
}

/**
 * Asks every node for its passwords as the default user knows them; one that may not be asked, or has other users, is left
 * out: the first step of the creation tries its login.
 */
export async function readLogins(client: Pick<ClusterClient, 'node'>, { nodes }: Topology): Promise<NodeLogin[]> {
  const reachable = nodes.filter(({ reachable }) => reachable);
  const logins = await Promise.all(reachable.map(({ address }) => readLogin(client.node(address))));
  return logins.flatMap(login => login ?? []);
}

/**
 * Nodes whose password differs from that of most, or that would sign in with another one as a replica: a server that needs
 * no password lets everybody in, so a look alone does not show it. Empty when all agree.
 */
export function passwordFaults(logins: readonly NodeLogin[]): NodeFault[] {
  const usual = mostCommon(logins.map(({ requiredPassword }) => requiredPassword));
  return logins.flatMap(({ address, requiredPassword, masterPassword }): NodeFault[] => {
    if (requiredPassword !== usual) {
      const how =
        requiredPassword === '' ? 'needs no password, and the others want one' : 'has another password than the others';
      return [{ address, text: `${address} ${how}: as master and replica they could not sign in at each other.` }];
    }
    if (masterPassword === usual) return [];
    const how =
      masterPassword === ''
        ? 'has no masterauth, and the others want a password'
        : 'has a masterauth that is not the password of the others';
    return [{ address, text: `${address} ${how}: as a replica it could not sign in at its master.`, bearable: true }];
  });
}

/** Keys, slots, another cluster: what the planner says of nodes that answer. */
export function planFault(topology: Topology, nodes: string[]): string | undefined {
  return faultOf(() => planCreate(topology, { replicasPerMaster: 0, nodes, allowFewMasters: true }));
}

/** All that is wrong, node by node; what holds for several is told once. */
export function faultsText(faults: readonly NodeFault[]): string {
  const alike = new Map<string, NodeFault[]>();
  for (const fault of faults) {
    const key = fault.address === '' ? fault.text : fault.text.replaceAll(fault.address, '');
    alike.set(key, [...(alike.get(key) ?? []), fault]);
  }
  return [...alike.values()]
    .map(([first, ...others]) =>
      others.length === 0
        ? first!.text
        : `${first!.text}\nThe same holds for ${others.map(({ address }) => address).join(', ')}.`,
    )
    .join('\n\n');
}

async function readLogin(node: NodeConnection): Promise<NodeLogin | undefined> {
  const names = ['masteruser', 'requirepass', 'masterauth'];
  try {
    const replies = await node.pipeline(names.map(name => ['CONFIG', 'GET', name] as const));
    const [user, requiredPassword, masterPassword] = replies.map(reply =>
      Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined,
    );
    if (requiredPassword === undefined || masterPassword === undefined || (user ?? '') !== '') return undefined;
    return { address: node.address, requiredPassword, masterPassword };
  } catch {
    // It went away since the look: the next one says so.
    return undefined;
  }
}

// Of two that are as common, the one that is a password.
function mostCommon(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].sort(
    ([one, times], [other, otherTimes]) => otherTimes - times || (one === '' ? 1 : other === '' ? -1 : 0),
  );
  return first?.[0] ?? '';
}
