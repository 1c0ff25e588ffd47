import { setTimeout as wait } from 'node:timers/promises';
import { Cluster } from 'ioredis';

type Options = NonNullable<ConstructorParameters<typeof Cluster>[1]>;

const patienceMilliseconds = 60_000;

/** Somebody else's client, with time enough on a busy machine. Its commands fail with what went wrong, and it is silent otherwise. */
export function openCluster(ports: readonly number[], options: Options = {}): Cluster {
  const nodes = ports.map(port => ({ host: '127.0.0.1', port }));
  const cluster = new Cluster(nodes, { slotsRefreshTimeout: 20_000, maxRedirections: 16, ...options });
  cluster.on('error', () => undefined);
  return cluster;
}

/** Asks again while the client lost its connections, at most 60 s; a refusal of the server is an answer and is thrown at once. */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as Error).name === 'ReplyError' || performance.now() > deadline) throw error;
      await wait(100);
    }
  }
}
