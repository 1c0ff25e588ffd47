// The process of ownProcess.ts: a fake cluster of so many nodes, which does what it is told and answers with how many commands it
// has seen.
import { startFakeCluster } from './fakeCluster';
import type { Order } from './ownProcess';

async function main(nodes: number): Promise<void> {
  const cluster = await startFakeCluster({ nodes, spares: 4 });
  const { script } = cluster;
  const replica = () => script.pick(node => node.role === 'replica' && node.process === 'up' && node.link === 'up');
  const obey: Record<Order, () => unknown> = {
    pass: () => script.advance(2000),
    kill: () => script.kill(script.pick(node => !node.slots.isEmpty && node.process === 'up')),
    failOver: () => script.failOver(replica()),
  };
  process.on('message', ([order, count]: [Order, number]) => {
    for (let done = 0; done < count; done++) obey[order]();
    process.send!(cluster.commands);
  });
  process.on('disconnect', () => process.exit());
  process.send!({ seeds: cluster.seeds, hosts: cluster.hosts });
}

void main(Number(process.argv[2]));
