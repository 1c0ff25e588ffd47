import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import { parseClusterInfo, parseServerInfo } from '../../../src/core/topology/parseInfo';
import type { Look, NodeView } from '../../../src/core/topology/types';

// Answers of real servers, 3 masters and 3 replicas on 21001 to 21006, node timeout 2 s. Of most INFO answers only the
// sections the product reads are kept.
const ROOT = join(__dirname, 'recorded', 'redis-7.0.15');

export type Command = 'CLUSTER NODES' | 'CLUSTER INFO' | 'INFO';

/** What the node on this port answered, with the line ends servers send. */
export function recordedText(scenario: string, port: number, command: Command): string {
  const parts = readFileSync(join(ROOT, scenario, `${port}.txt`), 'utf8').split(/^=== (.*)\n/m);
  const text = parts[parts.indexOf(command) + 1]!;
  return command === 'CLUSTER NODES' ? text : text.replaceAll('\n', '\r\n');
}

export function recordedJson(scenario: string, file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, scenario, file), 'utf8'));
}

function recordedView(scenario: string, port: number, observedAtMilliseconds = 1000): NodeView {
  const address = `127.0.0.1:${port}`;
  return {
    address,
    observedAtMilliseconds,
    roundTripMilliseconds: 1,
    lines: parseClusterNodes(recordedText(scenario, port, 'CLUSTER NODES'), address),
    clusterInfo: parseClusterInfo(recordedText(scenario, port, 'CLUSTER INFO'), address),
    serverInfo: parseServerInfo(recordedText(scenario, port, 'INFO'), address),
  };
}

/** Answers of these ports, refused connections of the others. */
export function recordedLooks(scenario: string, ports: readonly number[], refused: readonly number[] = []): Look[] {
  return [
    ...ports.map(port => ({ view: recordedView(scenario, port) })),
    ...refused.map(port => ({
      failure: {
        address: `127.0.0.1:${port}`,
        code: 'connectionRefused',
        message: `127.0.0.1:${port} refused the connection.`,
      },
    })),
  ];
}
