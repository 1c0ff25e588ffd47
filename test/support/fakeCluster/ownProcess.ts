import { fork } from 'node:child_process';

/** Two seconds pass; some master dies; some replica takes over. */
export type Order = 'pass' | 'kill' | 'failOver';

/** A fake cluster whose work is not done by the process that is measured. */
export interface FakeProcess {
  seeds: readonly [string, ...string[]];
  /** Address -> label of the failure domain. */
  hosts: Readonly<Record<string, string>>;
  /** Gives how many commands were answered so far, by all nodes together. */
  order(order: Order, count?: number): Promise<number>;
  end(): void;
}

/** It ends with this process, too. */
export async function startFakeProcess(nodes: number): Promise<FakeProcess> {
  const child = fork(require.resolve('./served.ts'), [String(nodes)], {
    execArgv: ['--require', require.resolve('tsx/cjs')],
  });
  let asked: { answered: (message: unknown) => void; failed: (reason: Error) => void } | undefined;
  child.on('message', message => asked?.answered(message));
  child.on('exit', code => asked?.failed(new Error(`the fake cluster ended with code ${code}`)));
  const answer = <T>(): Promise<T> =>
    new Promise<T>((resolve, reject) => (asked = { answered: message => resolve(message as T), failed: reject }));
  const { seeds, hosts } = await answer<Pick<FakeProcess, 'seeds' | 'hosts'>>();
  return {
    seeds,
    hosts,
    order: (order, count = 1) => {
      child.send([order, count]);
      return answer<number>();
    },
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}
