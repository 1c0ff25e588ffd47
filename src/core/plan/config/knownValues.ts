import { PlanError } from '../planError';

/**
 * All values of a setting that has but a few, of every server that is supported; undefined where it has more, or only the
 * server knows. From config.c of Redis 7 to 8.6 and Valkey 7 to 9.
 */
export function knownValues(name: string): readonly string[] | undefined {
  return VALUES.get(name.toLowerCase());
}

/** Throws a PlanError `settingValue` that lists the values there are. `now`: what servers have, and so know. */
export function refuseUnknownValue(name: string, value: string, now: readonly string[] = []): void {
  const known = knownValues(name);
  const given = value.trim().toLowerCase();
  if (!known || [...known, ...now].some(each => each.toLowerCase() === given)) return;
  throw new PlanError('settingValue', `${name} cannot be "${value}".`, { remedy: `It is one of ${known.join(', ')}.` });
}

const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'maxmemory-policy',
    [
      'noeviction',
      ...['lru', 'lfu', 'random', 'ttl'].map(kind => `volatile-${kind}`),
      ...['lru', 'lfu', 'random'].map(kind => `allkeys-${kind}`),
      // Redis 8.6 and newer.
      ...['volatile-lrm', 'allkeys-lrm'],
    ],
  ],
  ['appendfsync', ['always', 'everysec', 'no']],
  ['cluster-preferred-endpoint-type', ['ip', 'hostname', 'unknown-endpoint']],
]);
