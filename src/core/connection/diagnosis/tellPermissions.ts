import { aclWords, needsKeys, permissionsFor } from './aclRule';
import type { Aim, Permission } from './permissions';
import type { PermissionFindings } from './types';

/** What an aim lacks, as far as it is known. */
export interface Shortfall {
  missing: readonly Permission[];
  /** Commands are allowed, but not on every key. */
  withoutKeys: readonly Permission[];
  unknown: readonly Permission[];
}

/** Pure. */
export function shortfallOf(findings: PermissionFindings, aim: Aim): Shortfall {
  const wanted = new Set(permissionsFor(aim));
  const among = (all: readonly Permission[]) => all.filter(permission => wanted.has(permission));
  return {
    missing: among(findings.missing),
    withoutKeys: among(findings.withoutKeys),
    unknown: among(findings.unknown),
  };
}

/** The command for an administrator that gives what is missing or not known; undefined when nothing is. Pure. */
export function ruleThatSuffices(findings: PermissionFindings, aim: Aim): string | undefined {
  const { missing, withoutKeys, unknown } = shortfallOf(findings, aim);
  const rights = new Set([...missing, ...unknown]);
  const wanted = permissionsFor(aim).filter(permission => rights.has(permission));
  // A user without a right to any key is told so only by the commands it has.
  const keys = needsKeys(aim) && (withoutKeys.length > 0 || wanted.length > 0);
  if (!keys && wanted.length === 0) return undefined;
  return ['ACL', 'SETUSER', findings.user ?? '<user>', ...aclWords(wanted, { keys })].map(quoted).join(' ');
}

/** One step of a test in words. Pure. */
export function tellPermissions(findings: PermissionFindings): { text: string; remedy?: string; isWarning?: boolean } {
  const user = findings.user === undefined ? 'This user' : `"${findings.user}"`;
  const watching = shortfallOf(findings, 'watching');
  const managing = shortfallOf(findings, 'managing');
  const lacks = [...watching.missing];
  const remedy = ruleThatSuffices(findings, 'watching');
  if (lacks.length > 0)
    return {
      text: `${user} lacks ${countOf(lacks)} for watching: ${lacks.map(({ command }) => `+${command}`).join(' ')}.`,
      ...(remedy && { remedy: `On every node: ${remedy}` }),
      isWarning: true,
    };
  const short = managing.missing.length + managing.withoutKeys.length;
  if (short > 0)
    return {
      text: `${user} may watch. For managing it lacks ${countOf([...managing.missing, ...managing.withoutKeys])}.`,
    };
  if (managing.unknown.length === 0) return { text: `${user} may watch and manage.` };
  return {
    text:
      `${user} may watch. Whether it may manage is not known: ` +
      'the server does not tell this user (ACL DRYRUN), and nothing is written to find out.',
  };
}

function countOf(lacking: readonly Permission[]): string {
  return lacking.length === 1 ? 'one right' : `${lacking.length} rights`;
}

function quoted(word: string): string {
  return /^[\w@:+|~*<>.-]+$/.test(word) ? word : JSON.stringify(word);
}
