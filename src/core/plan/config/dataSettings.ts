import { bytesText } from '../phrases';
import { hold, lose, names, type SettingCase, type SettingWarning } from './settingCase';
import { bytesOf, isSameValue } from './settingValues';

export function maxmemory({ nodes, value, reading, settings }: SettingCase): SettingWarning[] {
  const limit = bytesOf(value);
  if (limit === undefined || limit === 0) return [];
  const over = nodes.filter(({ info }) => info !== undefined && info.usedMemoryBytes > limit);
  if (over.length === 0) return [];
  const most = Math.max(...over.map(({ info }) => info!.usedMemoryBytes));
  const policies = over.map(({ id }) => settings['maxmemory-policy'] ?? reading?.values[id]?.['maxmemory-policy']);
  const uses = `${names(over)} ${over.length === 1 ? 'uses' : 'use'} more than that now (up to ${bytesText(most)})`;
  return policies.every(policy => policy !== undefined && !evicts(policy))
    ? [hold('writesRefused', `${uses}: writes are refused there until keys are deleted.`)]
    : [lose('evictsNow', `${uses}: keys are deleted there at once, as the maxmemory-policy says.`)];
}

export function path({ name, nodes }: SettingCase): SettingWarning[] {
  const sharing = new Set(nodes.map(({ host }) => host)).size < nodes.length;
  return [
    lose(
      'filesMove',
      `${name} says which file a server writes and reads back at its start: after a restart it may find no data or another one's.${sharing ? ' Several of these nodes are on one host: with the same file they overwrite each other.' : ''}`,
    ),
  ];
}

/** `noeviction` alone deletes nothing. */
export function evicts(policy: string): boolean {
  return !isSameValue(policy, 'noeviction');
}
