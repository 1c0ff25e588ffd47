import type { ServerInfo } from '../topology/types';

/** Below 0 where the first is older, by major and minor version: a patch changes no data format. */
export function compareVersions(a: Pick<ServerInfo, 'version'>, b: Pick<ServerInfo, 'version'>): number {
  const [aMajor = 0, aMinor = 0] = a.version.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.version.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
