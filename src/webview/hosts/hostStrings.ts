import type { PageNode } from '../../shared/pageProtocol';
import type { DifferenceMarks } from '../still/differenceMarks';
import { plural, strings } from '../strings';
import type { Fates, NodeFate } from '../whatIf/fates';
import { whatIfStrings } from '../whatIf/whatIfStrings';
import type { MatrixCell, Sharing } from './matrix';
import type { Verdict } from './verdicts';

/** Every word of the hosts. */
export const hostStrings = {
  forms: 'Draw as',
  form: { boxes: 'Boxes', matrix: 'Matrix' },
  formTitle: { boxes: 'A box per host with its nodes', matrix: 'Hosts down, shards across' },
  verdict: { quorum: 'can kill the quorum', slots: 'takes slots with it' } satisfies Record<Verdict, string>,
  verdictShort: { quorum: 'quorum', slots: 'slots' } satisfies Record<Verdict, string>,
  killQuorum: (count: number): string =>
    count === 1 ? '1 host can kill the quorum' : `${count} hosts can kill the quorum`,
  takeSlots: (count: number): string =>
    count === 1 ? '1 host takes slots with it' : `${count} hosts take slots with them`,
  whole: (count: number): string => `${plural(count, 'shard', 'shards')} on one host only`,
  shared: (count: number): string => `${plural(count, 'shard', 'shards')} with copies side by side`,
  oneHost: 'All nodes are on one host: they fail together.',
  fine: 'Any one host can die: every slot is served on.',
  unknown: 'Choose a host to see what would be lost with it.',
  domains: 'Zones and addresses',
  domain: (kind: 'host' | 'zone', label: string, verdict: Verdict | undefined): string =>
    `${kind} ${label}${verdict ? `: ${hostStrings.verdict[verdict]}` : ''}`,
  matrix: (cluster: string): string => `Hosts and shards of ${cluster}`,
  host: 'Host',
  rowLabel: (label: string, text: string | undefined): string => [label, ...(text ? [text] : [])].join(': '),
  shardNumber: (name: string): string => /\d+$/.exec(name)?.[0] ?? name,
  shardTitle: (name: string, slots: string): string => `${name}, ${slots === '' ? strings.noSlots : `slots ${slots}`}`,
  sharing: {
    whole: 'all living copies of the shard are on this host',
    shared: 'copies of the shard share this host',
  } satisfies Record<Sharing, string>,
  cellLabel: (
    host: string,
    shard: string,
    { nodes, sharing }: MatrixCell,
    { fates, marks }: { fates?: Fates | undefined; marks?: DifferenceMarks | undefined },
  ): string =>
    [
      `${shard} on ${host}`,
      ...nodes.map(node => nodeText(node, fates?.nodes.get(node.id), marks?.get(node.id)?.text)),
      ...(sharing ? [hostStrings.sharing[sharing]] : []),
    ].join(', '),
  legend: {
    master: 'master',
    replica: 'replica',
    failed: 'failed',
    shared: 'copies share a host',
    whole: 'whole shard on one host',
  },
};

function nodeText(node: PageNode, fate: NodeFate | undefined, difference: string | undefined): string {
  const role = strings.role(node);
  return [role, node.address, ...(node.stateText === role ? [] : [node.stateText])]
    .join(' ')
    .concat(fate ? `, ${whatIfStrings.node[fate]}` : '', difference === undefined ? '' : `, ${difference}`);
}
