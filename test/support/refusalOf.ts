import assert from 'node:assert/strict';
import type { ConnectionError } from '../../src/core/connection/connectionError';
import { openNodeConnection, type NodeConnectionOptions } from '../../src/core/connection/nodeConnection';
import type { NodeConnection } from '../../src/core/connection/types';

/** Why a node cannot be asked; fails when it can. */
export async function refusalOf(connection: Pick<NodeConnection, 'command'>): Promise<ConnectionError> {
  const error = await connection.command(['PING']).then(
    () => assert.fail('it answered'),
    (reason: ConnectionError) => reason,
  );
  assert.equal(error.name, 'ConnectionError', error.stack);
  return error;
}

/** The same over a connection of its own. */
export async function refusalAt(address: string, options: NodeConnectionOptions): Promise<ConnectionError> {
  const connection = openNodeConnection(address, options);
  try {
    return await refusalOf(connection);
  } finally {
    connection.close();
  }
}
