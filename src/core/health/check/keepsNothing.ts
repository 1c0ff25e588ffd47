import type { ClusterNode } from '../../topology/types';
import { count, listNames, nodeName } from '../../topology/wording';
import type { Found } from './lasting';
import type { CheckEvidence } from './types';

/**
 * Masters with keys that keep none of them on disk, all as one: a choice for a cache, a trap for anything else. Told in the
 * report, and not kept among the problems, for it may be meant so.
 */
export function keepsNothingFinding({
  latest: { topology },
  settings,
}: Pick<CheckEvidence, 'latest' | 'settings'>): Found[] {
  const masters = topology.nodes.filter(
    node => !node.slots.isEmpty && (node.info?.keys ?? 0) > 0 && keepsNothing(settings.get(node.id)),
  );
  if (masters.length === 0) return [];
  const one = masters.length === 1;
  const keys = masters.reduce((sum, { info }) => sum + (info?.keys ?? 0), 0);
  return [
    {
      code: 'keepsNothing',
      severity: 'warning',
      text: `${masterList(masters)} ${one ? 'keeps' : 'keep'} nothing of ${one ? 'its' : 'their'} ${count(keys, 'key')} on disk (save '' and appendonly no): one that dies and is started before a replica took over comes back empty, and its replicas copy that.`,
      nodeIds: masters.map(({ id }) => id),
      remedy:
        'Fine for a cache. Otherwise set appendonly to yes (or save points) with "Set Configuration on Nodes…", on replicas too, and let it be written into the configuration files (CONFIG REWRITE), or a restart undoes it.',
    },
  ];
}

function masterList(masters: readonly ClusterNode[]): string {
  return masters.length > 3
    ? `${count(masters.length, 'master')} (${listNames(masters.map(nodeName))})`
    : listNames(masters.map(nodeName));
}

function keepsNothing(values: Readonly<Record<string, string>> | undefined): boolean {
  return values?.['appendonly'] === 'no' && values['save'] === '';
}
