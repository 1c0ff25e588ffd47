import { showPage } from './acts';
import type { InFlight } from './inFlight';
import type { SimulatedScene } from './simulatedActs';
import { editor } from './standIn/editor';

/** What watching one cluster costs, with its page open, while nothing happens there. */
export interface Cost {
  nodes: number;
  polls: number;
  intervalSeconds: number;
  /** Of this process, all threads. */
  cpuMillisecondsPerPoll: number;
  /** Of one core. */
  cpuPercent: number;
  commandsPerSecondPerNode: number;
  bytesInPerSecondPerNode: number;
  bytesOutPerSecondPerNode: number;
  charactersToPagePerPoll: number;
}

/** Each cluster alone, by so many polls. */
export async function measureCost(
  scene: SimulatedScene,
  sizes: readonly number[],
  inFlight: InFlight,
  polls: number,
): Promise<Cost[]> {
  const { pass, fleet, clusters } = scene;
  const intervalSeconds = editor.settings.get('refreshIntervalSeconds') as number;
  const until = async (looks: number): Promise<void> => {
    while (inFlight.looks < looks) await pass(intervalSeconds * 1000);
  };
  const costs: Cost[] = [];
  for (const [index, nodes] of sizes.entries()) {
    editor.set('clusters', [clusters[index]!.definition]);
    await pass(1000);
    await showPage(clusters[index]!.id);
    await until(inFlight.looks + 30);
    const before = (await fleet.traffic())[index]!;
    const [looks, cpu, begun, sent] = [inFlight.looks, process.cpuUsage(), performance.now(), editor.charactersSent];
    await until(looks + polls);
    const { user, system } = process.cpuUsage(cpu);
    const [made, seconds] = [inFlight.looks - looks, (performance.now() - begun) / 1000];
    const after = (await fleet.traffic())[index]!;
    const perSecondPerNode = (what: 'commands' | 'bytesIn' | 'bytesOut'): number =>
      (after[what] - before[what]) / seconds / nodes;
    const milliseconds = (user + system) / 1000;
    costs.push({
      nodes,
      polls: made,
      intervalSeconds,
      cpuMillisecondsPerPoll: milliseconds / made,
      cpuPercent: milliseconds / seconds / 10,
      commandsPerSecondPerNode: perSecondPerNode('commands'),
      bytesInPerSecondPerNode: perSecondPerNode('bytesIn'),
      bytesOutPerSecondPerNode: perSecondPerNode('bytesOut'),
      charactersToPagePerPoll: (editor.charactersSent - sent) / made,
    });
  }
  return costs;
}
