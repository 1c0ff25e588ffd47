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
import type { NodeGroup } from './groupNodes';
import { slotBandPath, slotShare } from './slotBand';
import { strings } from './strings';

export interface GroupFrame {
  element: HTMLElement;
  /** What has the focus and the label: it lies over the frame, under the nodes. */
  item: HTMLElement;
  /** `mastersInAll`: masters with slots in the whole cluster. */
  update(group: NodeGroup, mastersInAll: number): void;
}

/** The box around a shard, a host or a tray, with its header; nodes lie on top of it. */
export function createGroupFrame(): GroupFrame {
  const icon = createIcon();
  const title = create('span', 'group-title clip');
  const aside = create('span', 'group-aside clip');
  const bars = createSvg('path', {});
  const band = createSvg(
    'svg',
    { class: 'slot-band', viewBox: '0 0 16384 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    [bars],
  );
  const detail = create('span', 'group-detail clip');
  const item = createTreeItem(1);
  const head = create('div', 'group-head', [
    create('div', 'group-line', [icon, title, aside]),
    create('div', 'group-line', [band, detail]),
  ]);
  head.setAttribute('aria-hidden', 'true');
  const element = create('div', 'box group', [head, item]);

  return {
    element,
    item,
    update(group, mastersInAll) {
      const { shard } = group;
      const words = describeGroup(group, mastersInAll);
      setAttribute(element, 'data-kind', group.kind);
      setAttribute(element, 'data-without-master', isWithoutMaster(group) ? '' : undefined);
      setAttribute(element, 'title', words.label);
      setAttribute(item, 'aria-label', words.label);
      setIcon(icon, groupIcons[group.kind]);
      setMiddleClippedText(title, words.title);
      setText(aside, shard ? shard.slots || strings.noSlots : '');
      setText(detail, words.detail);
      setAttribute(bars, 'd', slotBandPath(shard?.slots ?? ''));
    },
  };
}

const groupIcons: Record<NodeGroup['kind'], string> = {
  shard: 'database',
  host: 'server',
  spares: 'inbox',
  others: 'question',
};

function describeGroup(group: NodeGroup, mastersInAll: number): { title: string; detail: string; label: string } {
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
        ? [strings.others, strings.othersDetail(count)]
        : [group.title, strings.hostDetail(nodes, mastersInAll)];
  return { title, detail, label: strings.groupLabel(title, detail) };
}

/** Nobody serves the shard's slots: its master failed, or there is none. */
function isWithoutMaster({ shard, sections, missing }: NodeGroup): boolean {
  if (!shard || shard.slots === '') return false;
  return missing === 'master' || sections[0]?.[0]?.state === 'failed';
}
