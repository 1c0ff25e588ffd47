import { setTimeout as wait } from 'node:timers/promises';
import type { TestServers } from '../../support/testCluster';
import { personActs, type Act, type Scene } from './acts';

/** With servers. */
export interface RealScene extends Scene {
  servers: TestServers;
  /** 0 up to 1. */
  random: () => number;
}

interface RealAct {
  name: string;
  act: Act<RealScene>;
}

/** A fault of a server, then something a person does, and so on. */
export function realActs(): readonly RealAct[] {
  const ofPersons = Object.entries(personActs as Record<string, Act<RealScene>>);
  return ofPersons.flatMap(([name, act], index) => [index % 2 === 0 ? kill : stop, { name, act }]);
}

const kill: RealAct = {
  name: 'a server is killed and started again',
  act: scene => forAWhile(scene, 'kill', 'start'),
};

const stop: RealAct = {
  name: 'a server is stopped and goes on',
  act: scene => forAWhile(scene, 'pause', 'resume'),
};

/** For so short that it comes back in its grace time, or longer than an election takes. */
async function forAWhile(
  { servers: { servers, ports }, random }: RealScene,
  begin: 'kill' | 'pause',
  end: 'start' | 'resume',
): Promise<void> {
  const port = ports[Math.floor(random() * ports.length)]!;
  await servers[begin](port);
  await wait(500 + random() * 6000);
  await servers[end](port);
}
