// The system's own packages: apt as root or with sudo on Debian and Ubuntu, Homebrew on macOS.
import { run, which } from './run.mjs';

let listsAreFresh = false;

export const systemName = process.platform === 'darwin' ? 'macOS' : which('apt-get') ? 'apt' : 'other';

/** Installs packages with apt; throws with the last lines of apt's output when it cannot. */
export async function aptInstall(packages) {
  const asRoot = await rootPrefix();
  if (asRoot === undefined) throw new Error('it needs root or a sudo that asks no password');
  if (!listsAreFresh) await apt(asRoot, ['update']);
  listsAreFresh = true;
  await apt(asRoot, ['install', '-y', '--no-install-recommends', ...packages]);
}

export async function brewInstall(args) {
  if (which('brew') === undefined) throw new Error('Homebrew is not installed');
  const { status, output } = await run('brew', ['install', ...args], { log: 'brew', timeoutSeconds: 1200 });
  if (status !== 0) throw new Error(lastLines(output));
}

/** What to type where the set-up may not. */
export function aptCommand(packages) {
  return `sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`;
}

export function lastLines(output, count = 3) {
  return output.trim().split('\n').slice(-count).join('\n  ');
}

async function apt(asRoot, args) {
  // RUNLEVEL=1 keeps a package's service from being started: the tests start servers of their own.
  const words = [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'RUNLEVEL=1',
    'apt-get',
    '-o',
    'DPkg::Lock::Timeout=120',
    ...args,
  ];
  const [command, ...rest] = [...asRoot, ...words];
  const { status, output } = await run(command, rest, { log: 'apt', timeoutSeconds: 900 });
  if (status !== 0) throw new Error(`apt-get ${args[0]} failed\n  ${lastLines(output)}`);
}

async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (which('sudo') === undefined) return undefined;
  const { status } = await run('sudo', ['-n', 'true'], { timeoutSeconds: 20 });
  return status === 0 ? ['sudo', '-n'] : undefined;
}
