import type { TopologyEvent } from '../../topology/topologyEvent';
import { listNames, nodeName } from '../../topology/wording';
import type { EventDraft } from './eventLog';
import { markOf, type Scene } from './scene';

type NodeChange = Extract<
  TopologyEvent,
  { kind: 'roleChanged' | 'masterChanged' | 'addressChanged' | 'cameBackEmpty' }
>;

/** A change of one node that belongs to nothing wider. */
export function nodeChange(scene: Scene, { kind, nodeId, text }: NodeChange): EventDraft {
  return { atMilliseconds: scene.atMilliseconds, kind, text, nodeIds: [nodeId], ...markOf(scene) };
}

/**
 * Masters whose config epoch changed, all of a look as one event. Without those in `explained`: who wins a failover, or
 * takes slots, gets a new epoch by that.
 */
export function epochChange(scene: Scene, explained: (nodeId: string) => boolean): EventDraft[] {
  const changes = [...scene.after.values()].flatMap(is => {
    const was = scene.before.get(is.id);
    const isServing = was?.role === 'master' && is.role === 'master' && !was.slots.isEmpty && !is.slots.isEmpty;
    return isServing && was.configEpoch !== is.configEpoch && !explained(is.id) ? [{ was, is }] : [];
  });
  const [first] = changes;
  if (!first) return [];
  const text =
    changes.length === 1
      ? `The config epoch of ${nodeName(first.is)} changed from ${first.was.configEpoch} to ${first.is.configEpoch}.`
      : `The config epochs of ${listNames(changes.map(({ is }) => nodeName(is)))} changed.`;
  const nodeIds = changes.map(({ is }) => is.id);
  return [{ atMilliseconds: scene.atMilliseconds, kind: 'epochChanged', text, nodeIds, ...markOf(scene) }];
}
