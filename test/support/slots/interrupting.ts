import type { NodeConnection } from '../../../src/core/connection/types';
import type { MigrationNodes } from '../../../src/core/migration/types';

/**
 * The same nodes, but once a burst of keys has arrived the next one waits until `trouble` has come: whatever it is, it meets
 * a move that is half done, however quick the machine is.
 */
export function interrupting(nodes: MigrationNodes, trouble: () => unknown): MigrationNodes {
  let hasArrived = false;
  let met: Promise<unknown> | undefined;
  const open = (address: string): NodeConnection => {
    const connection = nodes.open(address);
    return {
      address,
      command: (words, options) => connection.command(words, options),
      commandBuffer: (words, options) => connection.commandBuffer(words, options),
      commandUndecoded: (words, options) => connection.commandUndecoded(words, options),
      pipelineBuffers: (commands, options) => connection.pipelineBuffers(commands, options),
      onClosed: listener => connection.onClosed(listener),
      close: () => connection.close(),
      async pipeline(commands, options) {
        const isBurst = commands.some(([word]) => word === 'MIGRATE');
        if (isBurst && hasArrived) await (met ??= Promise.resolve(trouble()));
        const replies = await connection.pipeline(commands, options);
        if (isBurst) hasArrived = true;
        return replies;
      },
    };
  };
  return {
    open,
    node: address => nodes.node(address),
    capabilities: address => nodes.capabilities(address),
    options: nodes.options,
  };
}
