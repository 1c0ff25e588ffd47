import type { PageDomain } from '../shared/pageProtocol';
import {
  create,
  createIcon,
  createSvg,
  createTreeItem,
  setAttribute,
  setIcon,
  setMiddleClippedText,
  setText,
} from './dom';
import { counts } from './counts';
import type { NodeGroup } from './groupNodes';
import { hostStrings } from './hosts/hostStrings';
import { verdictOf } from './hosts/verdicts';
import { joinParts, joinSentences } from './joinWords';
import { numberStrings } from './numbers/numberStrings';
import type { ShardTotals } from './numbers/shardTotals';
import { slotBandPath, slotShare, slotStripesPath } from './slotBand';
import { strings } from './strings';
import { whatIfStrings } from './whatIf/whatIfStrings';

export interface GroupFrame {
  element: HTMLElement;
  /** What has the focus and the label: it lies over the frame, under the nodes. */
  item: HTMLElement;
  /** `mastersInAll`: masters with slots in the whole cluster. */
  update(group: NodeGroup, mastersInAll: number, context: GroupContext): void;
}

/** What is known of a group beside its nodes. */
export interface GroupContext {
  /** Of a shard. */
  totals?: ShardTotals | undefined;
  /** Of a shard, in a what-if. */
  fate?: 'down' | 'takenOver' | undefined;
  /** Slots that leave or reach a shard: `0-100`. */
  band?: string | undefined;
  /** Of a host. */
  domain?: PageDomain | undefined;
}

/** The box around a shard, a host or a tray, with its header; nodes lie on top of it. */
export function createGroupFrame(): GroupFrame {
  const icon = createIcon();
  const title = create('span', 'group-title clip');
  const aside = create('span', 'group-aside clip');
  const bars = createSvg('path', {});
  const moving = createSvg('path', { class: 'slot-band-moving' });
  const band = createSvg(
    'svg',
    { class: 'slot-band', viewBox: '0 0 16384 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    [bars, moving],
  );
  const detail = create('span', 'group-detail clip');
  const markIcon = createIcon();
  const markWord = create('span', 'clip');
  const mark = create('span', 'group-mark', [markIcon, markWord]);
  const item = createTreeItem(1);
  const head = create('div', 'group-head', [
    create('div', 'group-line', [icon, title, mark, aside]),
    create('div', 'group-line', [band, detail]),
  ]);
  head.setAttribute('aria-hidden', 'true');
  const element = create('div', 'box group', [head, item]);

  return {
    element,
    item,
    update(group, mastersInAll, context) {
      const { shard } = group;
      const words = describeGroup(group, mastersInAll);
      const said = markOf(context);
      mark.hidden = !said;
      if (said) {
        setIcon(markIcon, said.icon);
        setText(markWord, said.word);
      }
      setAttribute(mark, 'data-mark', said?.kind);
      setAttribute(element, 'data-fate', context.fate);
      const label = joinParts([words.label, said?.text]);
      setAttribute(element, 'data-kind', group.kind);
      setAttribute(element, 'data-without-master', isWithoutMaster(group) ? '' : undefined);
      setAttribute(element, 'title', label);
      setAttribute(item, 'aria-label', label);
      setIcon(icon, groupIcons[group.kind]);
      setMiddleClippedText(title, words.title);
      setText(aside, shard ? shard.slots || strings.noSlots : '');
      setText(detail, words.detail);
      setAttribute(bars, 'd', slotBandPath(shard?.slots ?? ''));
      setAttribute(moving, 'd', slotStripesPath(context.band ?? ''));
    },
  };
}

/** The one thing to see at a glance: what would become of it, what its loss would do, or that it holds more than its share. */
function markOf({ totals, fate, domain }: GroupContext): Mark | undefined {
  if (fate) {
    const word = fate === 'down' ? whatIfStrings.shardDown : whatIfStrings.shardTakenOver;
    return { kind: fate, icon: fate === 'down' ? 'error' : 'arrow-swap', word, text: word };
  }
  const verdict = verdictOf(domain);
  if (verdict)
    return {
      kind: verdict,
      icon: 'warning',
      word: hostStrings.verdict[verdict],
      text: joinSentences([hostStrings.verdict[verdict], domain?.text ?? '']),
    };
  const text = numberStrings.skewed(totals?.skews ?? []);
  return text === ''
    ? undefined
    : { kind: 'skew', icon: 'flame', word: numberStrings.skewedShort(totals!.skews), text };
}

interface Mark {
  kind: 'down' | 'takenOver' | 'quorum' | 'slots' | 'skew';
  icon: string;
  word: string;
  text: string;
}

const groupIcons: Record<NodeGroup['kind'], string> = {
  shard: 'database',
  host: 'server',
  spares: 'inbox',
  others: 'question',
};

/** `mastersInAll`: masters with slots in the whole cluster. */
export function describeGroup(
  group: NodeGroup,
  mastersInAll: number,
): { title: string; detail: string; label: string } {
  const nodes = group.sections.flat();
  const count = nodes.length;
  if (group.shard)
    return {
      title: group.title,
      detail: strings.share(slotShare(group.shard.slots)),
      label: strings.shardLabel(group.shard, group.missing, count),
    };
  const [title, detail] =
    group.kind === 'spares'
      ? [strings.spares(nodes), strings.sparesDetail(nodes)]
      : group.kind === 'others'
        ? [strings.others, counts.nodes(count)]
        : [group.title, strings.hostDetail(nodes, mastersInAll)];
  return { title, detail, label: strings.groupLabel(title, detail) };
}

/** Nobody serves the shard's slots: its master failed, or there is none. */
export function isWithoutMaster({ shard, sections, missing }: NodeGroup): boolean {
  if (!shard || shard.slots === '') return false;
  return missing === 'master' || sections[0]?.[0]?.state === 'failed';
}
