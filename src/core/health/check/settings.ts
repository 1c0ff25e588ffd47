import { groupBy } from '../../topology/groupBy';
import type { ClusterNode, Topology } from '../../topology/types';
import { listNames, nodeName } from '../../topology/wording';
import type { Found } from './lasting';
import type { CheckEvidence } from './types';

/** CONFIG GET takes these on every version; none of them matches a secret. */
export const SETTING_PATTERNS = ['cluster-*', 'maxmemory*', 'appendonly', 'save', 'repl-ping-replica-period'] as const;

/** Settings that should be alike, and what comes of it when they are not. */
const ALIKE: Readonly<Record<string, string>> = {
  'cluster-node-timeout':
    'The nodes call each other failed after different times, and vote for a failover at different times.',
  'cluster-require-full-coverage': 'When some slots are lost, some nodes refuse every command and others serve on.',
  'cluster-allow-replica-migration': 'Whether a replica moves to a master without one depends on the node.',
  maxmemory:
    'The smallest evicts or refuses writes first, and a replica with less than its master cannot take over from it.',
  'maxmemory-policy': 'Whether keys are evicted, and which, depends on the node, and changes with a failover.',
  appendonly: 'How much is lost when a server dies depends on the node, and changes with a failover.',
};

/** Settings that differ by nature, but are set on all nodes or on none. */
const ANNOUNCED = ['ip', 'hostname', 'port', 'tls-port', 'bus-port'].map(name => `cluster-announce-${name}`);

/** Only these are kept of what a server answers. */
export const SETTINGS_THAT_MATTER: ReadonlySet<string> = new Set([
  ...Object.keys(ALIKE),
  ...ANNOUNCED,
  ...['cluster-replica-validity-factor', 'repl-ping-replica-period', 'save'],
]);

/** Settings that differ between members where a cluster wants them alike. */
export function settingFindings({
  latest: { topology },
  settings,
}: Pick<CheckEvidence, 'latest' | 'settings'>): Found[] {
  const holders = holdersOf(topology, settings);
  return [
    ...Object.entries(ALIKE).flatMap(([name, consequence]) => differenceFinding(name, consequence, holders)),
    ...ANNOUNCED.flatMap(name => announcedFinding(name, holders)),
  ];
}

interface Holder {
  node: ClusterNode;
  values: Readonly<Record<string, string>>;
}

function holdersOf({ nodes, forgotten }: Topology, settings: CheckEvidence['settings']): Holder[] {
  return nodes.flatMap(node => {
    const values = settings.get(node.id);
    return values && node.inCluster && !forgotten.includes(node.id) ? [{ node, values }] : [];
  });
}

function differenceFinding(name: string, consequence: string, holders: readonly Holder[]): Found[] {
  const groups = byValue(holders, ({ values }) => values[name]);
  const [usual, ...others] = groups;
  if (!usual || others.length === 0) return [];
  const parts = groups.map(({ value, nodes }) => `${value} on ${listNames(nodes.map(nodeName))}`);
  const odd = others.flatMap(({ nodes }) => nodes);
  return [
    {
      code: 'settingsDiffer',
      severity: 'warning',
      text: `${name} differs: ${parts.join('; ')}. ${consequence}`,
      nodeIds: odd.map(({ id }) => id),
      remedy: `Set it alike with CONFIG SET on ${listNames(odd.map(nodeName))} (or on the others), and keep it with CONFIG REWRITE.`,
      onlyByCheck: true,
    },
  ];
}

function announcedFinding(name: string, holders: readonly Holder[]): Found[] {
  const asked = holders.filter(({ values }) => values[name] !== undefined);
  const isSet = ({ values }: Holder): boolean => values[name] !== '' && values[name] !== '0';
  const [set, unset] = [asked.filter(isSet), asked.filter(holder => !isSet(holder))];
  if (set.length === 0 || unset.length === 0) return [];
  const fewer = set.length < unset.length ? set : unset;
  return [
    {
      code: 'settingsDiffer',
      severity: 'warning',
      text: `${name} is set on ${listNames(set.map(({ node }) => nodeName(node)))} and not on ${listNames(unset.map(({ node }) => nodeName(node)))}: clients and nodes may reach some of them and not the others.`,
      nodeIds: fewer.map(({ node }) => node.id),
      remedy: 'Set it on all nodes, or on none.',
      onlyByCheck: true,
    },
  ];
}

/** Most nodes first. */
function byValue(
  holders: readonly Holder[],
  valueOf: (holder: Holder) => string | undefined,
): { value: string; nodes: ClusterNode[] }[] {
  const known = holders.filter(holder => valueOf(holder) !== undefined);
  return [...groupBy(known, valueOf)]
    .map(([value = '', group]) => ({ value: value === '' ? 'nothing' : value, nodes: group.map(({ node }) => node) }))
    .sort((a, b) => b.nodes.length - a.nodes.length || (a.value < b.value ? -1 : 1));
}
