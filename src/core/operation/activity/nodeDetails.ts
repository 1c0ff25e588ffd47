import { ServerReplyError } from '../../connection/connectionError';
import type { NodeConnection } from '../../connection/types';
import { textOf } from '../steps/replies';
import { readTimes, type NodeTimes } from './commandTimes';
import { readConnectedClients, type ConnectedClients } from './connectedClients';
import { infoSections, type InfoSection } from './infoSections';
import { readSlowCommands, type SlowCommands } from './slowCommands';

/** What was asked, or why the server did not tell it: a whole sentence. */
export type Told<Facts> = { facts: Facts } | { refusal: string };

/** What one server tells of itself, for reading; its settings come by `readConfig`. */
export interface NodeDetails {
  info: Told<readonly InfoSection[]>;
  times: Told<NodeTimes>;
  slow: Told<SlowCommands>;
  clients: Told<ConnectedClients>;
}

/** A part that the user may not ask for, or that the server cannot tell now, says so. Throws a ConnectionError. Changes nothing. */
export async function readNodeDetails(connection: NodeConnection, signal?: AbortSignal): Promise<NodeDetails> {
  const options = signal && { signal };
  const [info, times, slow, clients] = await Promise.all([
    told(connection.command(['INFO'], options).then(reply => infoSections(textOf(reply, connection.address, 'INFO')))),
    told(readTimes(connection, signal)),
    told(readSlowCommands(connection, signal)),
    told(readConnectedClients(connection, signal)),
  ]);
  return { info, times, slow, clients };
}

async function told<Facts>(asked: Promise<Facts>): Promise<Told<Facts>> {
  try {
    return { facts: await asked };
  } catch (error) {
    if (error instanceof ServerReplyError) return { refusal: error.message };
    throw error;
  }
}
