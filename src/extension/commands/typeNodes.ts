import * as vscode from 'vscode';
import type { Topology } from '../../core/index';
import type { Prompts } from '../prompts';
import { askAddresses, askCredentials, withClient, type ConnectionDraft } from './askConnection';
import { faultsText, passwordFaults, planFault, readLogins, silentNodes, type NodeFault } from './nodeFaults';

/** Nodes as they were typed and as they were seen. */
export interface TypedNodes {
  draft: ConnectionDraft;
  topology: Topology;
}

/**
 * Asks for the addresses and credentials of empty nodes, and looks at them at once: what speaks against one is told by its
 * name, with the ways on. What was typed survives a failed look: the boxes come back filled.
 */
export async function typeNodes(prompts: Prompts, title: string): Promise<TypedNodes | undefined> {
  const prompt = vscode.l10n.t('Addresses of all nodes, pasted or typed. 6 give 3 masters and 3 replicas.');
  let nodes = await askAddresses(prompts, title, prompt, '');
  let credentials = nodes && (await askCredentials(prompts, title, {}));
  while (nodes && credentials) {
    const draft: ConnectionDraft = { nodes, ...credentials };
    const { topology, faults } = await lookForFaults(draft);
    if (topology && faults.length === 0) return { draft, topology };
    const faulty = new Set(faults.map(({ address }) => address));
    const next = await prompts.offer(faultsText(faults), waysOut(nodes, faults, topology !== undefined));
    switch (next) {
      case undefined:
        return undefined;
      case 'anyway':
        return { draft, topology: topology! };
      case 'addresses':
        nodes = await askAddresses(prompts, title, prompt, nodes.join(', '));
        break;
      case 'credentials':
        credentials = await askCredentials(prompts, title, credentials);
        break;
      case 'leaveOut':
        nodes = nodes.filter(address => !faulty.has(address));
        break;
      case 'again':
        break;
    }
  }
  return undefined;
}

/** Everything that speaks against the nodes, told here, not after three more questions. No topology when none was seen. */
async function lookForFaults(draft: ConnectionDraft): Promise<{ topology?: Topology; faults: NodeFault[] }> {
  try {
    return await withClient(draft, async client => {
      const topology = await client.observe();
      const silent = silentNodes(topology);
      const text = silent.length === 0 ? planFault(topology, draft.nodes) : undefined;
      if (text !== undefined) return { topology, faults: [{ address: '', text }] };
      // With an ACL user, the passwords of the default one tell nothing.
      const logins = draft.username === undefined ? await readLogins(client, topology) : [];
      return { topology, faults: [...silent, ...passwordFaults(logins)] };
    });
  } catch (error) {
    return { faults: [{ address: '', text: (error as Error).message }] };
  }
}

type WayOut = 'addresses' | 'credentials' | 'leaveOut' | 'again' | 'anyway';

function waysOut(
  nodes: readonly string[],
  faults: readonly NodeFault[],
  isSeen: boolean,
): { label: string; value: WayOut }[] {
  const faulty = nodes.filter(address => faults.some(fault => fault.address === address));
  const leaveOut =
    faulty.length === 1
      ? vscode.l10n.t('Leave Out {0}', faulty[0]!)
      : vscode.l10n.t('Leave Out {0} Nodes', faulty.length);
  return [
    { label: vscode.l10n.t('Change Credentials'), value: 'credentials' },
    ...(faulty.length > 0 && faulty.length < nodes.length ? [{ label: leaveOut, value: 'leaveOut' as const }] : []),
    { label: vscode.l10n.t('Change Addresses'), value: 'addresses' },
    ...(isSeen && faults.every(({ bearable }) => bearable)
      ? [{ label: vscode.l10n.t('Use Them Anyway'), value: 'anyway' as const }]
      : []),
    { label: vscode.l10n.t('Try Again'), value: 'again' },
  ];
}
