import { Test } from 'mocha';
import type { ServerCapabilities } from '../../../src/core/connection/types';
import { AtomicStage } from '../../support/slots/atomicStage';

export type Cases = Record<string, (stage: AtomicStage) => Promise<void>>;

/**
 * A suite on one cluster, whose tests are those for servers that have this capability or those for servers that have not:
 * only the running server can tell.
 */
export function describeByCapability(
  title: string,
  {
    capability,
    always,
    whenAble,
    whenUnable,
  }: {
    capability: keyof ServerCapabilities;
    always: Cases;
    whenAble: Cases;
    whenUnable: Cases;
  },
): void {
  describe(title, function () {
    let stage: AtomicStage | undefined;
    before(async () => {
      stage = await AtomicStage.start();
      const isAble = (await stage.connections.capabilities(stage.servers.nodes[0]!))[capability];
      for (const [name, run] of Object.entries(isAble ? whenAble : whenUnable))
        this.addTest(new Test(name, () => run(stage!)));
    });
    after(() => stage?.close());
    for (const [name, run] of Object.entries(always)) it(name, () => run(stage!));
  });
}
