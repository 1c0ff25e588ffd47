import { bytesText, count, joinSome } from '../phrases';
import type { PlanWarning } from '../types';
import type { ImportFacts } from './importFacts';
import type { ImportRequest } from './importRequest';

/** How far clocks may differ before expiry is worth a word. */
const clockSlackMilliseconds = 2000;
/** A server that writes a key out and another that reads it in do nothing else meanwhile (80 MB: 0.6-1.4 s). */
const bytesPerSecond = 60_000_000;

/** What a person should know before an import begins. Pure. */
export function warnOfImport(facts: ImportFacts, request: ImportRequest, freeBytes: number | undefined): PlanWarning[] {
  const { source, targets } = facts;
  const warnings: PlanWarning[] = [
    {
      code: 'writersUnseen',
      text: `What clients write to ${source.address} after a key was copied is not seen: stop them first, let the last step compare, and only then send them to the cluster. The source keeps its keys.`,
    },
  ];
  const add = (code: string, text: string): void => void warnings.push({ code, text });
  if (request.conflict === 'replace')
    add(
      'overwrites',
      'Keys that the cluster has already with another value are overwritten, and their values are gone.',
    );
  if (source.clusterEnabled)
    add(
      'sourceInCluster',
      `${source.address} is a node of another cluster: only the keys it holds are imported. Its other masters have to follow, one by one, and no slots may move there meanwhile.`,
    );
  if (source.role === 'replica')
    add('sourceIsReplica', `${source.address} is a replica: what it has not got from its master yet is not imported.`);
  if (evicts(source.evictionPolicy) && source.maxMemoryBytes > 0)
    add(
      'sourceEvicts',
      `${source.address} drops keys of its own accord when its memory is full (${source.evictionPolicy}).`,
    );
  const evicting = targets.filter(({ evictionPolicy }) => evicts(evictionPolicy));
  if (evicting.length > 0)
    add(
      'targetsEvict',
      `${joinSome(evicting.map(({ address }) => address))} may drop keys when the memory is full (${evicting[0]!.evictionPolicy}): imported ones, too.`,
    );
  if (freeBytes !== undefined && request.pattern === undefined && source.usedMemoryBytes > freeBytes)
    add(
      'littleRoom',
      `${source.address} uses ${bytesText(source.usedMemoryBytes)}, and the masters have ${bytesText(Math.max(0, freeBytes))} left below their maxmemory.`,
    );
  const missing = source.modules.filter(name => targets.some(({ modules }) => !modules.includes(name)));
  if (missing.length > 0)
    add(
      'modulesMissing',
      `${source.address} has modules that not all masters have (${joinSome(missing)}): keys of their types cannot be taken, and are listed.`,
    );
  const [biggest] = source.bigKeys;
  if (biggest) {
    const names = source.bigKeys.map(({ name, bytes }) => `${name} (${bytesText(bytes)})`);
    add(
      'bigKeys',
      `Among ${count(source.sampledKeys, 'key')} looked at, ${names.length === 1 ? 'one is' : `${names.length} are`} big: ${joinSome(names, 5)}. Each goes alone, and its source and its target answer nobody else meanwhile, for about ${(biggest.bytes / bytesPerSecond).toFixed(1)} s with the largest.`,
    );
  }
  const skewed = targets.find(target => Math.abs(target.clockAheadMilliseconds) > clockSlackMilliseconds);
  if (skewed && source.databases.some(({ expiring }) => expiring > 0))
    add(
      'clocksDiffer',
      `The clock of ${skewed.address} is ${(Math.abs(skewed.clockAheadMilliseconds) / 1000).toFixed(0)} s ${skewed.clockAheadMilliseconds > 0 ? 'ahead of' : 'behind'} that of ${source.address}: keys expire that much ${skewed.clockAheadMilliseconds > 0 ? 'earlier' : 'later'} there.`,
    );
  return warnings;
}

function evicts(policy: string | undefined): boolean {
  return policy !== undefined && policy !== 'noeviction';
}
