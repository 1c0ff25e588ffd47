import { connect } from 'node:net';
import { formatAddress, parseAddress } from '../../topology/address';
import type { ClusterNode } from '../../topology/types';
import { settleEach } from './eachNode';
import type { Obstacle, StepContext } from './types';

const timeoutMilliseconds = 1000;

/**
 * Knocks at every bus port. Refused means that nothing listens there, for anybody; anything else proves nothing, because
 * only the links between the nodes count and this machine may stand elsewhere: that is a note.
 */
export async function checkBusPorts(
  seen: readonly ClusterNode[],
  { nodes, note, signal }: StepContext,
): Promise<Obstacle[]> {
  const { addressMap = {}, tunnel } = nodes.options;
  const mapped = seen.filter(({ address }) => tunnel || addressMap[address] !== undefined);
  const direct = seen.filter(node => !mapped.includes(node));
  if (mapped.length > 0)
    note(
      `The bus ports of ${mapped.map(({ address }) => address).join(', ')} were not tried: these nodes are reached through ${tunnel ? `the jump host ${tunnel.name}` : 'an address map'}.`,
    );
  const outcomes = await settleEach(direct, node => knock(parseAddress(node.address).host, node.busPort, signal));
  signal.throwIfAborted();
  const silent = direct.filter((_, index) => outcomes[index]?.status === 'rejected' && !isRefused(outcomes[index]));
  if (silent.length > 0)
    note(
      `These bus ports could not be reached from this machine: ${silent.map(busAddress).join(', ')}. The nodes themselves may still reach them.`,
    );
  return direct
    .filter((_, index) => isRefused(outcomes[index]))
    .map(node => ({
      code: 'busPortClosed',
      text: `Nothing listens on the bus port ${busAddress(node)} of ${node.address}.`,
      node: node.address,
      remedy: 'Open the bus port (client port + 10000, or cluster-port) for all nodes, in firewalls and in bind.',
    }));
}

function busAddress({ address, busPort }: ClusterNode): string {
  return formatAddress({ host: parseAddress(address).host, port: busPort });
}

function isRefused(outcome: PromiseSettledResult<void> | undefined): boolean {
  return outcome?.status === 'rejected' && (outcome.reason as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}

function knock(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    const timer = setTimeout(() => socket.destroy(new Error('timed out')), timeoutMilliseconds);
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
  });
}
