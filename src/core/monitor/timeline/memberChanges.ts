import type { ClusterNode } from '../../topology/types';
import { nodeName, slotsText } from '../../topology/wording';
import type { EventDraft } from './eventLog';
import { markOf, nameIn, type Scene } from './scene';
import type { TimelineKind } from './types';

/** Who came, who joined the cluster, who left it. Pure; nothing at the first look. */
export function memberChanges(scene: Scene): EventDraft[] {
  if (!scene.previous) return [];
  const drafts: EventDraft[] = [];
  const tell = (kind: TimelineKind, node: ClusterNode, text: string): void =>
    void drafts.push({
      atMilliseconds: scene.atMilliseconds,
      kind,
      text: `${nodeName(node)} ${text}.`,
      nodeIds: [node.id],
      ...markOf(scene),
    });
  for (const [id, node] of scene.after) {
    const was = scene.before.get(id);
    if (isMember(node) && !(was && isMember(was))) tell('joined', node, `joined the cluster ${asWhat(scene, node)}`);
    else if (!was) tell('appeared', node, appearance(node));
    else if (isMember(was) && !node.inCluster) tell('left', node, 'left the cluster: it knows only itself now');
  }
  for (const [id, was] of scene.before)
    if (!scene.after.has(id)) tell('left', was, was.inCluster ? 'is gone: no node lists it any more' : 'is gone');
  return drafts;
}

/** A node that is only being met is none yet. */
function isMember({ inCluster, status }: ClusterNode): boolean {
  return inCluster && status !== 'joining';
}

function asWhat(scene: Scene, { masterId, slots }: ClusterNode): string {
  if (masterId !== undefined) return `as a replica of ${nameIn(scene, masterId)}`;
  return slots.isEmpty ? 'without slots' : `as a master with ${slotsText(slots)}`;
}

function appearance({ status }: ClusterNode): string {
  if (status === 'spare') return 'appeared: it is empty and stands by';
  return status === 'joining' ? 'is being met' : 'appeared: it is in no cluster';
}
