import { setTimeout as wait } from 'node:timers/promises';
import type { Case } from './cases';
import type { Fleet } from './fleet';
import type { Disturbance, Proxy } from './proxy';

export const disturbances: Partial<Record<Case['fault'], Disturbance>> = {
  dropConnections: 'drop',
  delayConnections: 'delay',
  truncateReplies: 'truncate',
  garbleReplies: 'garble',
};

/** Servers that something is done to, mostly those that the operation is about. */
export function chooseVictims({ fault, chance }: Case, involved: readonly number[], all: readonly number[]): number[] {
  const count = fault === 'killTwo' || fault === 'stopTwo' ? 2 : 1;
  const victims: number[] = [];
  while (victims.length < count) {
    const from = chance() < 0.75 && involved.length > 0 ? involved : all;
    const victim = from[Math.floor(chance() * from.length)]!;
    if (!victims.includes(victim)) victims.push(victim);
    else if (all.length <= victims.length) break;
  }
  return victims;
}

/** Does to the servers and connections what the case wants, and takes it back after its time. */
export async function strike(
  { fault, troubleMilliseconds, chance }: Case,
  victims: readonly number[],
  { fleet, proxy }: { fleet: Fleet; proxy?: Proxy | undefined },
): Promise<void> {
  switch (fault) {
    case 'killNode':
    case 'killTwo':
    case 'killRunnerAndNode':
      for (const port of victims) signal(fleet, port, 'SIGKILL');
      await Promise.all(victims.map(port => fleet.kill(port)));
      await wait(troubleMilliseconds);
      // One after the other, as people start them.
      for (const port of victims) {
        await fleet.start(port);
        await wait(200 * chance());
      }
      return;
    case 'stopNode':
    case 'stopTwo':
      for (const port of victims) signal(fleet, port, 'SIGSTOP');
      await wait(troubleMilliseconds);
      for (const port of victims) signal(fleet, port, 'SIGCONT');
      return;
    case 'otherPort':
      for (const port of victims) await fleet.move(port);
      return;
    case 'dropConnections':
    case 'delayConnections':
    case 'truncateReplies':
    case 'garbleReplies':
      proxy!.disturb(disturbances[fault]!);
      await wait(troubleMilliseconds);
      proxy!.mend();
      return;
    case 'killRunner':
    case 'diskFull':
    case 'clockJump':
    case 'secondRunner':
      return;
  }
}

/** At once, without a look at the process: a step takes milliseconds. */
function signal(fleet: Fleet, port: number, name: NodeJS.Signals): void {
  const pid = fleet.pidOf(port);
  if (pid === undefined) throw new Error(`No server runs on port ${port}.`);
  process.kill(pid, name);
}
