import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startFakeCluster, type FakeCluster } from '../../support/fakeCluster/fakeCluster';
import { obey, type Order } from './fleetOrders';

/** Where a cluster of the fleet is found. */
export interface Place {
  seeds: [string, ...string[]];
  hosts: Record<string, string>;
}

/** What the servers of one cluster saw so far, all nodes together. */
export interface Traffic {
  commands: number;
  /** Connections open now. */
  connections: number;
  bytesIn: number;
  bytesOut: number;
}

type Call = { pass: number } | { order: Order; cluster: number } | { traffic: true };

/** Fake clusters in a process of their own, in which time passes only as it is told. */
export class Fleet {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly places: readonly Place[],
  ) {
    this.#child = child;
  }

  /** One cluster for each number of nodes. */
  static async start(sizes: readonly number[]): Promise<Fleet> {
    const child = fork(__filename, sizes.map(String), { execArgv: process.execArgv });
    const [places] = (await once(child, 'message')) as [Place[]];
    return new Fleet(child, places);
  }

  async pass(milliseconds: number): Promise<void> {
    await this.#ask({ pass: milliseconds });
  }

  async order(cluster: number, order: Order): Promise<void> {
    await this.#ask({ order, cluster });
  }

  traffic(): Promise<readonly Traffic[]> {
    return this.#ask({ traffic: true });
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #ask(call: Call): Promise<Traffic[]> {
    const answer = once(this.#child, 'message') as Promise<[Traffic[]]>;
    this.#child.send(call);
    return (await answer)[0];
  }
}

async function serve(sizes: readonly number[]): Promise<void> {
  const clusters: FakeCluster[] = [];
  for (const [index, nodes] of sizes.entries()) {
    const size = nodes < 20 ? { nodes } : { nodes, spares: 2 };
    clusters.push(await startFakeCluster({ ...size, basePort: 7700 + 200 * index, seed: index + 1 }));
  }
  process.on('message', (call: Call) => {
    if ('pass' in call) for (const { script } of clusters) script.advance(call.pass);
    if ('order' in call) obey(clusters[call.cluster]!, call.order);
    process.send!(
      'traffic' in call ? clusters.map(({ commands, traffic }): Traffic => ({ commands, ...traffic() })) : [],
    );
  });
  process.once('disconnect', () => process.exit());
  process.send!(clusters.map(({ seeds, hosts }): Place => ({ seeds, hosts: { ...hosts } })));
}

if (require.main === module) void serve(process.argv.slice(2).map(Number));
