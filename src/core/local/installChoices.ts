import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** One way to get a server. */
export interface InstallChoice {
  /** `Debian, Ubuntu` */
  title: string;
  /** To be typed in a terminal. */
  command?: string;
}

/** How to get a server on this platform: the package managers that are there, or all if none is, then containers. */
export async function listInstallChoices(
  platform: NodeJS.Platform,
  pathFolders: readonly string[],
): Promise<readonly InstallChoice[]> {
  const managers = platform === 'darwin' ? [BREW] : [...LINUX_MANAGERS, BREW];
  const present: typeof managers = [];
  for (const manager of managers) if (await isInPath(manager.tool, pathFolders)) present.push(manager);
  const usable = present.length > 0 ? present : managers;
  return [...usable.map(({ title, command }) => ({ title, command })), DOCKER, OWN_BINARY];
}

const BREW = { tool: 'brew', title: 'Homebrew', command: 'brew install redis' };
const LINUX_MANAGERS = [
  { tool: 'apt-get', title: 'Debian, Ubuntu', command: 'sudo apt-get install redis-server' },
  { tool: 'dnf', title: 'Fedora, RHEL', command: 'sudo dnf install valkey' },
  { tool: 'pacman', title: 'Arch', command: 'sudo pacman -S valkey' },
  { tool: 'zypper', title: 'openSUSE', command: 'sudo zypper install redis' },
  { tool: 'apk', title: 'Alpine', command: 'sudo apk add redis' },
];
const DOCKER = { title: 'containers (docker-compose.yml)', command: 'docker compose up -d' };
const OWN_BINARY = { title: 'set redisCluster.local.serverPath to a server of your own' };

async function isInPath(tool: string, pathFolders: readonly string[]): Promise<boolean> {
  for (const folder of pathFolders) {
    try {
      await access(join(folder, tool));
      return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}
