import { l10n } from 'vscode';
import type { ClusterDefinition } from '../sessions/types';
import { holdsPassword, parseEntry } from '../settings/parseClusters';

/** What an exported file says it is. */
const format = 'redis-cluster-manager.clusters';
const version = 1;
const mostCharacters = 1_000_000;

/** A cluster read from a file; it gets an id of its own when it is added. */
export type FileCluster = Omit<ClusterDefinition, 'id' | 'local'>;

export interface ClusterFileContent {
  /** Those not in the list yet. `twin`: the name of one in the list, or before it in the file, that names a node of it. */
  clusters: { cluster: FileCluster; twin?: string }[];
  /** How many are in the list as they are in the file. */
  known: number;
  /** Whole sentences; none holds a secret. */
  problems: string[];
}

/** Definitions hold no secret; ids stay here, for a password belongs to each. */
export function writeClusterFile(definitions: readonly ClusterDefinition[]): string {
  const clusters = definitions.filter(({ local }) => !local).map(withoutId);
  return `${JSON.stringify({ format, version, clusters }, undefined, 2)}\n`;
}

/** Reads what was exported, here or elsewhere. Throws an Error in words for a file that is none; its entries are judged one by one. */
export function readClusterFile(text: string, listed: readonly ClusterDefinition[]): ClusterFileContent {
  const entries = entriesIn(text);
  const content: ClusterFileContent = { clusters: [], known: 0, problems: [] };
  entries.forEach((entry, index) => {
    const parsed = parseEntry(entry);
    if (holdsPassword(entry))
      content.problems.push(l10n.t('Entry {0} holds a password, which is not read from a file.', index + 1));
    if (!('definition' in parsed)) {
      content.problems.push(l10n.t('Entry {0} is left out: {1}.', index + 1, parsed.reasons.join('; ')));
      return;
    }
    const cluster = withoutId(parsed.definition);
    const others = [...listed, ...content.clusters.map(({ cluster: earlier }) => earlier)];
    if (others.some(other => isSame(other, cluster))) content.known++;
    else {
      const twin = others.find(other => other.nodes.some(node => cluster.nodes.includes(node)))?.name;
      content.clusters.push({ cluster, ...(twin !== undefined && { twin }) });
    }
  });
  return content;
}

function entriesIn(text: string): unknown[] {
  if (text.length > mostCharacters) throw new Error(l10n.t('The file is too large to be a list of clusters.'));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What JSON.parse says quotes the file.
    throw new Error(l10n.t('The file is not JSON. Choose one that "Export Clusters" wrote.'));
  }
  const { format: said, version: found, clusters } = (value ?? {}) as Record<string, unknown>;
  if (said !== format || !Array.isArray(clusters))
    throw new Error(l10n.t('The file is no list of clusters. Choose one that "Export Clusters" wrote.'));
  if (found !== version)
    throw new Error(l10n.t('The file was written by another version of the extension: update this one first.'));
  return clusters;
}

function withoutId(definition: Omit<ClusterDefinition, 'id'> & { id?: string }): FileCluster {
  const kept = Object.entries(definition).filter(([key]) => key !== 'id' && key !== 'local');
  return Object.fromEntries(kept) as unknown as FileCluster;
}

function isSame(one: FileCluster & { id?: string }, other: FileCluster): boolean {
  return sorted(withoutId(one)) === sorted(other);
}

// By content, in whatever order a hand wrote it.
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [another]) => (one < another ? -1 : 1)))
      : part,
  );
}
