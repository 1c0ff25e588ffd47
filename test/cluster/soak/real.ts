import { setTimeout as wait } from 'node:timers/promises';
import { collectGarbage } from '../../support/collectGarbage';
import { seededRandom } from '../../support/fakeCluster/model';
import { createWithRedisCli, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { showPage } from './acts';
import { startHost } from './host';
import { realActs, type RealScene } from './realActs';
import { activeResources } from './resources';
import { findGrowth, findLeftovers, type Sample } from './samples';
import { editor } from './standIn/editor';
import { registered } from './standIn/registrations';
import { hearWarnings } from './warnings';

export interface RealOptions {
  minutes: number;
  /** Of them, before the first sample that counts. */
  warmUpMinutes: number;
  seed: number;
  say: (text: string) => void;
}

export interface RealResult {
  faults: readonly string[];
  samples: readonly Sample[];
  acts: number;
  complaints: readonly string[];
}

/** The extension, whole, watches and supervises a real cluster of six, in real time, while servers die and come back. */
export async function soakReal({ minutes, warmUpMinutes, seed, say }: RealOptions): Promise<RealResult> {
  const warnings = hearWarnings();
  const servers = await startTestServers({ count: 6, persistence: true });
  try {
    await createWithRedisCli(servers, 1);
    const host = startHost();
    const definition = { id: 'real', name: 'real', nodes: servers.nodes };
    for (const [key, value] of Object.entries({
      mode: 'act',
      actsPerHour: 100,
      coolDownSeconds: 5,
      failBacksPerTenMinutes: 100,
    }))
      editor.settings.set(`supervisor.${key}`, value);
    editor.set('clusters', [definition]);
    await showPage(definition.id);
    const clusters = [{ id: definition.id, definition }];
    const scene: RealScene = { pass: wait, host, clusters, servers, random: seededRandom(seed) };
    const before = activeResources();
    const samples: Sample[] = [];
    const start = performance.now();
    const minutesSince = (): number => (performance.now() - start) / 60_000;
    const acts = realActs();
    let done = 0;
    for (; minutesSince() < minutes; done++) {
      const { name, act } = acts[done % acts.length]!;
      await act(scene, 0);
      // Elected, given back, calm again.
      await wait(45_000);
      const sample = await takeSample(servers, minutesSince() / 60);
      if (minutesSince() >= warmUpMinutes) samples.push(sample);
      say(
        `${minutesSince().toFixed(1)} min  ${(sample.heapBytes / 1e6).toFixed(2)} MB  ${(sample.residentBytes / 1e6).toFixed(0)} MB resident  ${sample.connections.join('/')} connections  ${sample.timers} timers  after ${name}`,
      );
    }
    host.deactivate();
    await wait(5000);
    // First: whoever counts at the servers has a socket for it, which closes a moment later.
    const after = activeResources();
    const connections = (await connectionsOf(servers)).reduce((sum, count) => sum + count, 0);
    const left = Object.entries(after).map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const);
    const leftovers = { ...registered(), connections, ...Object.fromEntries(left.filter(([, count]) => count > 0)) };
    return {
      faults: [...findGrowth(samples), ...findLeftovers(leftovers), ...warnings],
      samples,
      acts: done,
      complaints: editor.complaints,
    };
  } finally {
    await servers.close();
  }
}

async function takeSample(servers: TestServers, hours: number): Promise<Sample> {
  let timers = Infinity;
  let resources = activeResources();
  for (let moment = 0; moment < 50; moment++) {
    await wait(100);
    timers = Math.min(timers, process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length);
    const now = activeResources();
    // Whoever looks at the servers behind our back opens some, too, for a moment.
    resources = Object.fromEntries(
      Object.entries(resources).map(([kind, count]) => [kind, Math.min(count, now[kind] ?? 0)]),
    );
  }
  const connections = await connectionsOf(servers);
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    hours,
    heapBytes: heapUsed + external,
    residentBytes: rss,
    connections,
    timers,
    resources,
    registered: registered(),
  };
}

/** Of clients, but for the one that asks; what replicas and masters keep between them is no client of ours. */
async function connectionsOf({ ports }: TestServers): Promise<number[]> {
  return Promise.all(
    ports.map(async port => {
      const clients = String(await sendCommand(port, ['CLIENT', 'LIST', 'TYPE', 'normal']));
      return clients.trim().split('\n').length - 1;
    }),
  );
}
