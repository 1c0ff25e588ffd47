import type { FrameLocator, Locator } from 'playwright-core';
import { until } from './vscodeHost';

/** Goes through the views of the topology, by their buttons and then by their numbers, until each shows this cluster. */
export async function goThroughViews(
  frame: FrameLocator,
  { cluster, nodes, masters }: { cluster: string; nodes: number; masters: number },
): Promise<void> {
  const nodesBy = (group: string): Locator =>
    frame
      .getByRole('tree', { name: `Topology of ${cluster}, by ${group}` })
      .getByRole('treeitem', { name: /^127\.0\.0\.1:\d+, / });
  const owners = frame.getByRole('table', { name: 'Masters and their slots' }).getByRole('button');
  const rows = frame.getByRole('grid', { name: 'Nodes' }).getByRole('row', { name: /127\.0\.0\.1:\d+/ });
  const views = [
    { name: 'Slots', key: '2', shown: owners, count: masters },
    { name: 'Hosts', key: '3', shown: nodesBy('host'), count: nodes },
    { name: 'Table', key: '4', shown: rows, count: nodes },
    { name: 'Graph', key: '1', shown: nodesBy('shard'), count: nodes },
  ];
  for (const by of ['button', 'key'])
    for (const { name, key, shown, count } of views) {
      if (by === 'button') await frame.getByRole('button', { name, exact: true }).click();
      else await frame.getByRole('button', { pressed: true }).first().press(key);
      await frame.getByRole('button', { name, exact: true, pressed: true }).waitFor();
      await until(
        `${count} in the view ${name}, chosen by its ${by}`,
        () => shown.count(),
        now => now === count,
      );
    }
}
