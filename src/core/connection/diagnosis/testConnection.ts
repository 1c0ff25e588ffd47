import { setMaxListeners } from 'node:events';
import { announcedAddress, isWellForOthers } from '../answers';
import { checkConnectOptions, type CheckedOptions } from '../connectOptions';
import { parseDialled } from '../dialledAddress';
import type { NodeConnectionOptions } from '../nodeConnection';
import { openTunnel } from '../tunnel/tunnel';
import { Turns } from '../turns';
import type { ConnectOptions, OpenedOptions } from '../types';
import { proposeAddress } from './proposeAddresses';
import { testNode, type NodeFinding, type TestedNode } from './testNode';
import type { ConnectionTest, NodeTest, TestConnectionOptions, UnreachableAddress } from './types';

/** Nodes tested at once. */
const MOST_AT_ONCE = 20;

/**
 * Tries every step to every node, those given and those they list, and looks for those that cannot be reached where the
 * cluster says they are. Changes nothing and writes nothing; opens connections of its own. Rejects with the signal's reason,
 * or as `connect` throws.
 */
export async function testConnection(
  options: ConnectOptions,
  testOptions: TestConnectionOptions = {},
): Promise<ConnectionTest> {
  const checked = checkConnectOptions(options);
  // Its own, so that the way to the jump host is tried as well.
  const tunnel = options.ssh && openTunnel(options.ssh);
  try {
    return await testAll({ ...options, ...(tunnel && { tunnel }) }, checked, testOptions);
  } finally {
    tunnel?.close();
  }
}

async function testAll(
  options: OpenedOptions,
  { seeds, addressMap }: CheckedOptions,
  { signal: given, onProgress = () => undefined }: TestConnectionOptions,
): Promise<ConnectionTest> {
  const signal = AbortSignal.any(given ? [given] : []);
  // Every node listens to it.
  setMaxListeners(0, signal);
  const start = performance.now();
  const turns = new Turns(MOST_AT_ONCE);
  const optionsFor = (address: string): NodeConnectionOptions => {
    const dialledAddress = addressMap.get(address);
    return { ...options, ...(dialledAddress !== undefined && { dialledAddress }) };
  };
  let done = 0;
  let expected = seeds.length;
  const test = async (node: TestedNode): Promise<NodeFinding> => {
    const finding = await turns.run(() => testNode(node, optionsFor(node.address), signal));
    done++;
    onProgress({ message: `${done} of ${expected} nodes tried.`, fraction: done / (expected + 1) });
    return finding;
  };
  const named = await Promise.all(seeds.map(address => test({ address, origin: 'given' })));
  const answered = new Set(named.flatMap(({ test: { nodeId } }) => nodeId ?? []));
  const announced = announcedBy(named, answered, new Set(seeds));
  expected += announced.length;
  const further = await Promise.all(
    announced.map(({ address, id }) => test({ address, origin: 'announced', expectedId: id })),
  );
  const findings = [...named, ...further];
  onProgress({ message: 'Looking for nodes that were not reached.', fraction: done / (expected + 1) });
  const facts = { hosts: hostsThatAnswered(findings), options, turns };
  const unreachable = await Promise.all(
    unreachableAmong(further, announced).map(each => proposeAddress(each, facts, signal)),
  );
  return {
    nodes: findings.map(finding => finding.test),
    unreachable,
    addressMap: Object.fromEntries(
      unreachable.flatMap(({ address, answersAt }) => (answersAt === undefined ? [] : [[address, answersAt]])),
    ),
    durationMilliseconds: performance.now() - start,
    ...(options.tunnel && { jumpHost: options.tunnel.name }),
  };
}

interface Announced {
  address: string;
  id: string;
  hostname?: string;
  isWellForOthers: boolean;
}

/** Whom those who answered list, and who did not answer under a given address. */
function announcedBy(
  findings: readonly NodeFinding[],
  answered: ReadonlySet<string>,
  seeds: ReadonlySet<string>,
): Announced[] {
  const byId = new Map<string, Announced>();
  for (const line of findings.flatMap(({ lines }) => lines)) {
    const address = announcedAddress(line);
    if (address === undefined || answered.has(line.id) || seeds.has(address)) continue;
    const { id, hostname } = line;
    const isWell = isWellForOthers(line) || byId.get(id)?.isWellForOthers === true;
    byId.set(id, { address, id, isWellForOthers: isWell, ...(hostname && { hostname }) });
  }
  return [...byId.values()];
}

function hostsThatAnswered(findings: readonly NodeFinding[]): string[] {
  const reached = findings.filter(({ lines }) => lines.length > 0);
  const dialled = reached.map(({ test }) => parseDialled(test.dialled));
  return [...new Set(dialled.flatMap(each => ('path' in each ? [] : each.host)))];
}

/** Not let in is another matter than not reached. */
const notReached: ReadonlySet<string> = new Set<NodeTest['steps'][number]['name']>(['resolve', 'tcp', 'socket', 'tls']);

/** The findings are those of the announced nodes, in their order. */
function unreachableAmong(findings: readonly NodeFinding[], announced: readonly Announced[]): UnreachableAddress[] {
  return announced.flatMap(({ address, id: nodeId, hostname, isWellForOthers }, index): UnreachableAddress[] => {
    const failed = findings[index]?.test.steps.find(({ outcome }) => outcome === 'failed');
    if (!failed || !(notReached.has(failed.name) || unusable.has(failed.code ?? ''))) return [];
    return [{ address, nodeId, isWellForOthers, ...(hostname !== undefined && { hostname }) }];
  });
}

/** Something answers there that is not the node. */
const unusable: ReadonlySet<string> = new Set([
  'otherNode',
  'notRedis',
  'clusterDisabled',
  'unexpectedReply',
  'connectionClosed',
]);
