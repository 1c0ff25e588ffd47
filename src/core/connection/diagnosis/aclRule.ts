import { permissions, type Aim, type Permission } from './permissions';

const aims: readonly Aim[] = ['watching', 'clients', 'settings', 'managing'];

/** Everything an aim needs. Of the others, `clients` and `settings` only stand for themselves, beside `watching`. */
export function permissionsFor(aim: Aim): Permission[] {
  const needed = aim === 'managing' ? aims : [aim];
  return permissions.filter(permission => needed.includes(permission.aim));
}

/** Keys are needed where an aim touches them; of `watching` none does. */
export function needsKeys(aim: Aim): boolean {
  return aim === 'managing';
}

/**
 * The words of ACL SETUSER that give these rights, without user and password; `knows` leaves out what a server does not
 * know, because it refuses a whole rule for one such word.
 */
export function aclWords(
  wanted: readonly Permission[],
  { keys = false, knows = () => true }: { keys?: boolean; knows?: (permission: Permission) => boolean } = {},
): string[] {
  return [...(keys ? ['~*'] : []), ...wanted.filter(knows).map(({ command }) => `+${command}`)];
}
