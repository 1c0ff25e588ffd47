import { setTimeout as wait } from 'node:timers/promises';
import type { TestServers } from '../../support/testCluster';
import { personActs, type Act, type Scene } from './acts';

/** With servers. */
export interface RealScene extends Scene {
  servers: TestServers;
  /** 0 up to 1. */
  random: () => number;
}

/** A fault of a server, then something a person does, and so on. */
export function realActs(): readonly { name: string; act: Act<RealScene> }[] {
  const ofPersons = Object.entries(personActs as Record<string, Act<RealScene>>);
  return ofPersons.flatMap(([name, act], index) => [index % 2 === 0 ? kill : stop, { name, act }]);
}

/** For so short that it comes back in its grace time, or longer than an election takes. */
const kill: { name: string; act: Act<RealScene> } = {
  name: 'a server is killed and started again',
  act: async scene => {
    const port = somePort(scene);
    await scene.servers.servers.kill(port);
    await wait(500 + scene.random() * 6000);
    await scene.servers.servers.start(port);
  },
};

const stop: { name: string; act: Act<RealScene> } = {
  name: 'a server is stopped and goes on',
  act: async scene => {
    const port = somePort(scene);
    await scene.servers.servers.pause(port);
    await wait(500 + scene.random() * 6000);
    await scene.servers.servers.resume(port);
  },
};

function somePort({ servers, random }: RealScene): number {
  return servers.ports[Math.floor(random() * servers.ports.length)]!;
}
