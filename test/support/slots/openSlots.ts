import { sendCommand } from '../testCluster';

/** Every `[slot->-id]` and `[slot-<-id]` that any of these servers shows. */
export async function openSlots(ports: readonly number[]): Promise<string[]> {
  const lines = await Promise.all(ports.map(port => sendCommand(port, ['CLUSTER', 'NODES'])));
  return lines.flatMap(text => String(text).match(/\[\d+-[<>]-\w+\]/g) ?? []);
}
