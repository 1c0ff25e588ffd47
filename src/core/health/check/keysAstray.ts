import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, ServerInfo } from '../../topology/types';
import { count, listNames, nodeName, slotsText } from '../../topology/wording';
import type { Found } from './lasting';
import type { CheckEvidence } from './types';

/** Keys no client can reach: in slots their node does not own, and in databases a cluster does not have. */
export function astrayFindings(evidence: CheckEvidence): Found[] {
  return [...strayKeyFindings(evidence), ...databaseFinding(evidence)];
}

function strayKeyFindings({ latest: { topology }, strayKeys }: CheckEvidence): Found[] {
  if (!strayKeys) return [];
  return topology.nodes.flatMap(node => {
    const stray = strayKeys.get(node.id);
    if (!stray) return [];
    return [...locatedFinding(node, stray.bySlot, topology.nodes), ...hiddenFinding(node, stray.hidden)];
  });
}

function locatedFinding(
  node: ClusterNode,
  bySlot: ReadonlyMap<number, number>,
  nodes: readonly ClusterNode[],
): Found[] {
  if (bySlot.size === 0) return [];
  const slots = SlotSet.of(bySlot.keys());
  const keys = [...bySlot.values()].reduce((sum, amount) => sum + amount, 0);
  const owners = nodes.filter(other => !other.slots.intersection(slots).isEmpty);
  const those = keys === 1 ? 'it' : 'them';
  return [
    {
      code: 'strayKeys',
      severity: 'warning',
      text: `${nodeName(node)} holds ${count(keys, 'key')} in ${slotsText(slots)}, which ${slots.count === 1 ? 'belongs' : 'belong'} to ${listNames(owners.map(nodeName))}: no client finds ${those} there.`,
      nodeIds: [node.id, ...owners.map(({ id }) => id)],
      remedy: `Compare ${those} with the owner's keys: what is missing there is moved there, what is old is deleted. ${originOf(keys)}`,
      slots,
      fix: 'strayKeys',
      keys: { [node.id]: keys },
      onlyByCheck: true,
    },
  ];
}

function hiddenFinding(node: ClusterNode, hidden: number): Found[] {
  if (hidden === 0) return [];
  return [
    {
      code: 'strayKeys',
      severity: 'warning',
      text: `${nodeName(node)} holds ${count(hidden, 'key')} in slots it does not own: no client finds ${hidden === 1 ? 'it' : 'them'} there. The server does not tell which slots (Redis 8.4 and newer hide such keys).`,
      nodeIds: [node.id],
      remedy: `Start it anew at a quiet time: these versions drop keys of foreign slots when they load their data. Take a copy of the data file first if ${hidden === 1 ? 'it' : 'they'} may matter. ${originOf(hidden)}`,
      keys: { [node.id]: hidden },
      onlyByCheck: true,
    },
  ];
}

function originOf(keys: number): string {
  return `${keys === 1 ? 'It comes' : 'They come'} from a move that broke off, or from a node that lost slots while it was away.`;
}

function databaseFinding({ latest: { topology } }: CheckEvidence): Found[] {
  const holders = topology.nodes.filter(node => node.inCluster && node.info && otherKeys(node.info) > 0);
  if (holders.length === 0) return [];
  return [
    {
      code: 'keysInOtherDatabases',
      severity: 'warning',
      text: `${listNames(holders.map(heldText))}. This version of the server has database 0 alone in a cluster: no client reaches these keys.`,
      nodeIds: holders.map(({ id }) => id),
      remedy:
        'They came from a server that was no node of a cluster. Load that data into a server without cluster mode and move it from there; Valkey 9 and newer have more databases in a cluster.',
    },
  ];
}

function heldText(node: ClusterNode): string {
  const databases = Object.keys(node.info!.keysByDatabase).filter(number => number !== '0');
  return `${nodeName(node)} holds ${count(otherKeys(node.info!), 'key')} in database ${databases.join(', ')}`;
}

function otherKeys({ flavour, version, keysByDatabase }: ServerInfo): number {
  if (flavour === 'valkey' && Number.parseInt(version, 10) >= 9) return 0;
  return Object.entries(keysByDatabase).reduce((sum, [database, keys]) => (database === '0' ? sum : sum + keys), 0);
}
