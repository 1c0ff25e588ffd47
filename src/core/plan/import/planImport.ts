import type { ClusterNode, Topology } from '../../topology/types';
import { slotsText } from '../../topology/wording';
import { SlotSet } from '../../topology/slotSet';
import { answering, memberCase, type MemberCase } from '../members/memberCase';
import { picturesOf } from '../members/pictures';
import { bytesText, count } from '../phrases';
import { refer } from '../plannedNode';
import { PlanError } from '../planError';
import type { Plan, PlanStep } from '../types';
import type { ImportFacts } from './importFacts';
import type { ImportRequest } from './importRequest';
import { databasePairs, databaseText, importObstacles } from './importObstacles';
import { warnOfImport } from './warnOfImport';

/** Without a wish all keys of so many are compared, and about so many of more. */
const comparedKeys = 1_000_000;
const sampledKeys = 10_000;
/** Small keys, within a bound on latency: 4,000 to 7,000 were seen on two busy cores that the servers share. */
const keysPerSecond = 6000;
const bytesPerSecond = 30_000_000;

/**
 * Plans that the keys of a server outside are copied into the cluster; the source keeps them, and is never written to.
 *
 * Throws a PlanError, which says what would make it possible: `staleInspection`, `noCluster`, `slotsUncovered`, `clusterDown`,
 * `latencyUnreadable`, or what `importObstacles` finds (`sourceIsMember`, `sourceTooNew`, `databasesMissing`, ...).
 */
export function planImport(topology: Topology, request: ImportRequest): Plan {
  const { facts, conflict = 'stop', pattern, latencyMilliseconds = 20 } = request;
  const { source } = facts;
  if (facts.stateId !== topology.stateId)
    throw new PlanError(
      'staleInspection',
      'The nodes changed between the look at the cluster and that at the source.',
      {
        remedy: 'Look at both again.',
      },
    );
  if (!(latencyMilliseconds >= 0))
    throw new PlanError('latencyUnreadable', `${latencyMilliseconds} is no bound for the latency of clients.`, {
      remedy: 'Give it in milliseconds, or 0 for no bound.',
    });
  const subject = memberCase(topology);
  refuseUnserved(subject);
  const [obstacle] = importObstacles(facts, request);
  if (obstacle) throw new PlanError(obstacle.code, obstacle.text, { remedy: obstacle.remedy });

  const pairs = databasePairs(source.databases, request);
  const keys = pairs.reduce((sum, pair) => sum + pair.keys, 0);
  const { before, after } = picturesOf(subject, [], new Map());
  return {
    formatVersion: 1,
    kind: 'import',
    title: `Import ${pattern === undefined ? count(keys, 'key') : `the keys ${pattern}`} from ${source.address}`,
    stateId: topology.stateId,
    steps: steps(subject, request, keys),
    before,
    after,
    findings: [...describeSource(facts), conflictFindings[conflict]],
    warnings: warnOfImport(facts, { ...request, conflict }, freeBytes(subject)),
    risk: conflict === 'replace' ? 'losesData' : 'none',
    estimateSeconds: Math.ceil(keys / keysPerSecond + source.usedMemoryBytes / bytesPerSecond),
  };
}

/** Every key needs a master that takes it. */
function refuseUnserved({ voters, members }: MemberCase): void {
  const answeringVoters = voters.filter(({ reachable }) => reachable);
  const unserved = SlotSet.all.difference(answeringVoters.reduce((all, { slots }) => all.union(slots), SlotSet.empty));
  if (!unserved.isEmpty)
    throw new PlanError('slotsUncovered', `No master that answers serves ${slotsText(unserved)}.`, {
      remedy: 'Bring its master back, or fix the cluster first.',
    });
  const down = members.find(({ role, clusterState }) => role === 'master' && clusterState === 'fail');
  if (down)
    throw new PlanError('clusterDown', `${down.address} calls the cluster down, and takes no keys meanwhile.`, {
      node: down.address,
      remedy: 'After a restart or a failover this passes within seconds; else check the cluster.',
    });
}

function steps(subject: MemberCase, request: ImportRequest, keys: number): PlanStep[] {
  const { facts, conflict = 'stop', pattern, latencyMilliseconds = 20 } = request;
  const { address } = facts.source;
  const nodes = answering(subject).map(refer);
  const databases = databasePairs(facts.source.databases, request).map(({ source, target }) => ({ source, target }));
  const verifies = request.verify ?? (keys <= comparedKeys ? 'all' : 'sample');
  const every = verifies === 'all' ? 1 : Math.max(1, Math.ceil(keys / sampledKeys));
  const common = { nodes, source: address, databases, ...(pattern !== undefined && { pattern }), latencyMilliseconds };
  return [
    {
      kind: 'checkImport',
      text: `Look once more whether ${address} can be read, and whether all masters can take its keys.`,
      nodes,
      source: address,
      databases,
    },
    {
      kind: 'copyKeys',
      text: `Copy the keys to the masters of their slots, with their times to live; ${conflictTexts[conflict]}`,
      ...common,
      conflict,
      keys,
    },
    {
      kind: 'verifyCopies',
      text: `Look for every key of ${address} in the cluster, and compare ${every === 1 ? 'all values' : `every ${every}th value`}.`,
      ...common,
      every,
      keys,
    },
  ];
}

const conflictTexts: Record<NonNullable<ImportRequest['conflict']>, string> = {
  stop: 'stop at one that is there with another value.',
  skip: 'leave those alone that are there with another value.',
  replace: 'overwrite those that are there with another value.',
};

const conflictFindings: Record<NonNullable<ImportRequest['conflict']>, string> = {
  stop: 'The import stops at a key that the cluster has with another value.',
  skip: 'Keys that the cluster has with another value stay as they are.',
  replace: 'Keys that the cluster has with another value are overwritten.',
};

function describeSource({ source }: ImportFacts): string[] {
  const { address, flavour, version, databases, usedMemoryBytes } = source;
  const name = flavour === 'valkey' ? 'Valkey' : 'Redis';
  return [
    `${address} is ${name} ${version} and uses ${bytesText(usedMemoryBytes)}.`,
    ...databases.map(each => `It holds ${databaseText(each)}.`),
  ];
}

/** Undefined where a master has no limit, or did not say. */
function freeBytes({ voters }: MemberCase): number | undefined {
  const free = voters.map(({ info }: ClusterNode) =>
    info && info.maxMemoryBytes > 0 ? info.maxMemoryBytes - info.usedMemoryBytes : undefined,
  );
  return free.every(bytes => bytes !== undefined) ? free.reduce((sum, bytes) => sum + bytes, 0) : undefined;
}
