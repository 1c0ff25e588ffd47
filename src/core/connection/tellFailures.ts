import type { FailedLook, Look, NodeLine } from '../topology/types';
import type { ConnectionErrorCode } from './connectionError';
import { announcedAddress, isWellForOthers, type Answer, type Surroundings } from './answers';

/**
 * The looks that failed, one per node: none for a node that answered under another address, none for one that is neither a
 * seed nor listed by anybody who answered. Adds what the others know: the node's id, and that an address map may be needed.
 */
export function tellFailures(
  looks: ReadonlyMap<string, Look>,
  answers: readonly Answer[],
  lines: Iterable<NodeLine>,
  around: Surroundings,
): FailedLook[] {
  const { seeds, idsByAddress } = around;
  const answered = new Set(answers.map(({ id }) => id));
  const listed = linesByAddress(lines, around);
  const isClusterSeen = answers.some(({ view }) => view.lines.length > 1);
  const failures = new Map<string, FailedLook>();

  for (const address of new Set([...seeds, ...looks.keys()])) {
    const look = looks.get(address);
    if (!look || 'view' in look) continue;
    const own = listed.get(address) ?? [];
    const line = own.find(({ id }) => !answered.has(id));
    const nodeId = line?.id ?? own[0]?.id ?? idsByAddress.get(address);
    const isKnown = seeds.includes(address) || own.length > 0 || !isClusterSeen;
    if (!isKnown || (nodeId !== undefined && answered.has(nodeId))) continue;
    const failure = nodeId === undefined ? look.failure : { ...look.failure, nodeId };
    const isFirstTry = !seeds.includes(address) && !idsByAddress.has(address);
    const key = nodeId ?? address;
    if (!failures.has(key)) failures.set(key, isFirstTry && line ? hintAtAddressMap(failure, line) : failure);
  }
  for (const [address, own] of listed) {
    const look = looks.get(address);
    if (!look || 'failure' in look) continue;
    for (const { id } of own)
      if (!answered.has(id) && !failures.has(id)) failures.set(id, answeredByAnother(address, id));
  }
  return [...failures.values()];
}

function answeredByAnother(address: string, nodeId: string): FailedLook {
  const code: ConnectionErrorCode = 'otherNode';
  const message = `At ${address} another node answers: the one that is listed there was reset or replaced.`;
  return { address, nodeId, code, message };
}

function linesByAddress(lines: Iterable<NodeLine>, { aliases }: Surroundings): Map<string, NodeLine[]> {
  const listed = new Map<string, NodeLine[]>();
  for (const line of lines) {
    const announced = announcedAddress(line);
    if (announced === undefined) continue;
    const address = aliases.get(announced) ?? announced;
    const known = listed.get(address);
    if (known) known.push(line);
    else listed.set(address, [line]);
  }
  return listed;
}

const unreachable: ReadonlySet<string> = new Set<ConnectionErrorCode>([
  'connectTimedOut',
  'connectionRefused',
  'hostUnreachable',
  'notRedis',
  'tlsNotSupported',
  'tlsRequired',
  'unknownHost',
]);

function hintAtAddressMap(failure: FailedLook, line: NodeLine): FailedLook {
  if (!unreachable.has(failure.code) || !isWellForOthers(line)) return failure;
  const hint =
    `The cluster announces the address ${failure.address} and reaches the node there; ` +
    'if it is not reachable from this computer, Test Connection looks for where it answers; ' +
    'or give the address to dial in the address map.';
  return { ...failure, message: `${failure.message} ${hint}` };
}
