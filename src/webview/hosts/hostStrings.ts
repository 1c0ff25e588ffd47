import * as l10n from '@vscode/l10n';
import type { PageNode } from '../../shared/pageProtocol';
import { joinParts, labelled } from '../joinWords';
import type { DifferenceMarks } from '../still/differenceMarks';
import { strings } from '../strings';
import type { Fates, NodeFate } from '../whatIf/fates';
import { whatIfStrings } from '../whatIf/whatIfStrings';
import type { MatrixCell, Sharing } from './matrix';
import type { Verdict } from './verdicts';

/** Every word of the hosts. */
export const hostStrings = {
  forms: l10n.t('Draw as'),
  form: { boxes: l10n.t('Boxes'), matrix: l10n.t('Matrix') },
  formTitle: { boxes: l10n.t('A box per host with its nodes'), matrix: l10n.t('Hosts down, shards across') },
  verdict: {
    quorum: l10n.t('can kill the quorum'),
    slots: l10n.t('takes slots with it'),
  } satisfies Record<Verdict, string>,
  verdictShort: { quorum: l10n.t('quorum'), slots: l10n.t('slots') } satisfies Record<Verdict, string>,
  killQuorum: (count: number): string =>
    count === 1 ? l10n.t('1 host can kill the quorum') : l10n.t('{0} hosts can kill the quorum', count),
  takeSlots: (count: number): string =>
    count === 1 ? l10n.t('1 host takes slots with it') : l10n.t('{0} hosts take slots with them', count),
  whole: (count: number): string =>
    count === 1 ? l10n.t('1 shard on one host only') : l10n.t('{0} shards on one host only', count),
  shared: (count: number): string =>
    count === 1 ? l10n.t('1 shard with copies side by side') : l10n.t('{0} shards with copies side by side', count),
  oneHost: l10n.t('All nodes are on one host: they fail together.'),
  fine: l10n.t('Any one host can die: every slot is served on.'),
  unknown: l10n.t('Choose a host to see what would be lost with it.'),
  domains: l10n.t('Zones and addresses'),
  domain: (kind: 'host' | 'zone', label: string, verdict: Verdict | undefined): string => {
    const name = whatIfStrings.place(kind, label);
    return verdict ? labelled(name, hostStrings.verdict[verdict]) : name;
  },
  matrix: (cluster: string): string => l10n.t('Hosts and shards of {0}', cluster),
  host: l10n.t('Host'),
  rowLabel: (label: string, text: string | undefined): string => (text ? labelled(label, text) : label),
  shardNumber: (name: string): string => /\d+$/.exec(name)?.[0] ?? name,
  shardTitle: (name: string, slots: string): string =>
    joinParts([name, slots === '' ? strings.noSlots : strings.slots(slots)]),
  sharing: {
    whole: l10n.t('all living copies of the shard are on this host'),
    shared: l10n.t('copies of the shard share this host'),
  } satisfies Record<Sharing, string>,
  cellLabel: (
    host: string,
    shard: string,
    { nodes, sharing }: MatrixCell,
    { fates, marks }: { fates?: Fates | undefined; marks?: DifferenceMarks | undefined },
  ): string =>
    joinParts([
      l10n.t('{0} on {1}', shard, host),
      ...nodes.map(node => nodeText(node, fates?.nodes.get(node.id), marks?.get(node.id)?.text)),
      sharing && hostStrings.sharing[sharing],
    ]),
  legend: {
    master: l10n.t('master'),
    replica: l10n.t('replica'),
    failed: l10n.t('failed'),
    shared: l10n.t('copies share a host'),
    whole: l10n.t('whole shard on one host'),
  },
};

function nodeText(node: PageNode, fate: NodeFate | undefined, difference: string | undefined): string {
  const what = [strings.role(node), node.address, ...(node.stateText === '' ? [] : [node.stateText])];
  return joinParts([what.join(' '), fate && whatIfStrings.node[fate], difference]);
}
