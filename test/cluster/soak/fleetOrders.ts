import type { FakeCluster } from '../../support/fakeCluster/fakeCluster';
import type { FakeNode } from '../../support/fakeCluster/model';

/** What happens to a fake cluster. Each ends by itself or with the one beside it; time is let pass in between. */
export type Order =
  | 'killMaster'
  | 'restartAll'
  | 'failOver'
  | 'failOverMany'
  | 'moveSlots'
  | 'cutReplica'
  | 'linkReplica'
  | 'join'
  | 'leave'
  | 'part'
  | 'heal';

export function obey({ script, nodes }: FakeCluster, order: Order): void {
  const isLinkedReplica = (node: FakeNode): boolean =>
    node.role === 'replica' && node.process === 'up' && node.link === 'up';
  const isMaster = (node: FakeNode): boolean => !node.slots.isEmpty && node.process === 'up';
  switch (order) {
    case 'killMaster':
      return script.kill(script.pick(isMaster));
    case 'restartAll':
      return nodes.filter(({ process }) => process === 'down').forEach(node => script.restart(node));
    case 'failOver':
      return script.failOver(script.pick(isLinkedReplica));
    case 'failOverMany':
      for (let done = 0; done < Math.ceil(nodes.length / 200); done++) script.failOver(script.pick(isLinkedReplica));
      return;
    case 'moveSlots': {
      const from = script.pick(isMaster);
      return script.moveSlots(
        from,
        script.pick(node => isMaster(node) && node !== from),
        Math.min(5, from.slots.count - 1),
      );
    }
    case 'cutReplica':
      return script.linkDown(script.pick(isLinkedReplica));
    case 'linkReplica':
      return nodes.filter(({ link }) => link === 'down').forEach(node => script.linkUp(node));
    case 'join':
      return nodes.filter(({ inCluster }) => !inCluster).forEach(node => script.join(node));
    case 'leave':
      return nodes
        .filter(({ role, slots, inCluster }) => role === 'master' && slots.isEmpty && inCluster)
        .slice(0, 1)
        .forEach(node => script.leave(node));
    case 'part':
      return script.part(nodes.filter(({ index }) => index % 3 === 1));
    case 'heal':
      return script.heal();
  }
}
