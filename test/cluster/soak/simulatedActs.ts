import { personActs, type Act, type Scene } from './acts';
import type { Fleet } from './fleet';
import type { Order } from './fleetOrders';

/** With clusters that do as they are told. */
export interface SimulatedScene extends Scene {
  fleet: Fleet;
}

/** All that happens on the way: to the clusters, and by a person, in turns. */
export function simulatedActs(): readonly { name: string; act: Act<SimulatedScene> }[] {
  const clusterActs: Record<string, Act<SimulatedScene>> = {
    'a master dies, its replica takes over, and it comes back': ordered('killMaster', 'restartAll'),
    'a failover by another tool': ordered('failOver'),
    'slots move': ordered('moveSlots'),
    'a replica loses its master and finds it': ordered('cutReplica', 'linkReplica'),
    'a node leaves, and joins': ordered('leave', 'join'),
    'a third is cut off for a while': ordered('part', 'heal'),
  };
  const [ofClusters, ofPersons] = [clusterActs, personActs as Record<string, Act<SimulatedScene>>].map(acts =>
    Object.entries(acts).map(([name, act]) => ({ name, act })),
  );
  return ofPersons!.flatMap((each, index) => [each, ofClusters![index]].filter(one => one !== undefined));
}

function ordered(...orders: Order[]): Act<SimulatedScene> {
  return async ({ fleet, pass }, cluster) => {
    for (const order of orders) {
      await fleet.order(cluster, order);
      await pass(20_000);
    }
  };
}
