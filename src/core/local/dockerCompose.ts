import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify, stripVTControlCharacters } from 'node:util';
import { LocalServerError } from './localServerError';

/** A compose file and the name that all it makes goes by. */
export interface ComposeProject {
  file: string;
  project: string;
}

/** Whether `docker compose` is there; whether its engine runs shows when it is asked for something. */
export async function hasDockerCompose(): Promise<boolean> {
  try {
    await run('docker', ['compose', 'version'], { timeout: 10_000, killSignal: 'SIGKILL' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts all services and waits until they are healthy; the first time the image is fetched. Throws a LocalServerError with
 * the code `dockerFailed`, `portInUse` or `directoryInUse` (the project has containers already, which stay), or the signal's
 * reason; what was begun is taken away again before.
 */
export async function startComposeProject(
  project: ComposeProject,
  { signal, timeoutMilliseconds = 600_000 }: { signal?: AbortSignal; timeoutMilliseconds?: number } = {},
): Promise<void> {
  await refuseIfThere(project);
  try {
    await compose(project, ['up', '-d', '--wait'], { timeout: timeoutMilliseconds, ...(signal && { signal }) });
  } catch (error) {
    const left = await removeComposeProject(project).then(
      () => removed,
      () => `What was begun may be left: docker compose -p ${project.project} down --volumes removes it.`,
    );
    if (left === removed) signal?.throwIfAborted();
    throw explain(error, timeoutMilliseconds, left);
  }
}

/** Ends and removes all containers, networks and data of the project; fine where there are none. Throws as above. */
export async function removeComposeProject(project: ComposeProject, timeoutMilliseconds = 120_000): Promise<void> {
  try {
    await compose(project, ['down', '--volumes'], { timeout: timeoutMilliseconds });
  } catch (error) {
    throw explain(error, timeoutMilliseconds, 'The containers may still run.');
  }
}

/** The ports that a compose file publishes on 127.0.0.1 as a range, `127.0.0.1:7000-7007:7000-7007`. Throws a LocalServerError. */
export function publishedPorts(composeText: string): number[] {
  const [, first, last] = /^\s*- '?127\.0\.0\.1:(\d+)-(\d+):\d+-\d+'?\s*$/m.exec(composeText) ?? [];
  const isRange = Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= 65535;
  if (!isRange) throw new LocalServerError('invalidOptions', 'The compose file publishes no range of ports.');
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
}

const run = promisify(execFile);

const removed = 'What was begun is removed again.';

// Whose data it is nobody here knows, and a failed start would take it away.
async function refuseIfThere(project: ComposeProject): Promise<void> {
  const timeout = 30_000;
  const found = await compose(project, ['ps', '-a', '-q'], { timeout }).catch((error: unknown) => {
    throw explain(error, timeout, 'Nothing was started.');
  });
  if (found.trim() === '') return;
  throw new LocalServerError('directoryInUse', `Docker has containers of ${project.project} already.`, {
    now: 'They were left alone; nothing was started.',
    remedy: `List their cluster with "Add a Cluster", or delete them with their data: docker compose -p ${project.project} down --volumes.`,
  });
}

async function compose(
  { file, project }: ComposeProject,
  words: readonly string[],
  limits: { timeout: number; signal?: AbortSignal },
): Promise<string> {
  const args = ['compose', '--ansi', 'never', '-f', file, '-p', project, ...words];
  const running = run('docker', args, { ...limits, maxBuffer: 10_000_000 });
  try {
    return (await running).stdout;
  } catch (error) {
    await ended(running.child);
    throw error;
  }
}

const endMilliseconds = 15_000;

/** Told to end, it may still start what it was about to: nothing is removed beside it. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), endMilliseconds);
  await exit.finally(() => clearTimeout(timer));
}

function explain(error: unknown, timeoutMilliseconds: number, now: string): LocalServerError {
  const { stderr = '', killed, code } = error as { stderr?: string; killed?: boolean; code?: unknown };
  const said = stripVTControlCharacters(stderr)
    .split('\n')
    .filter(line => line.trim() !== '');
  const tail = said.slice(-5).join('\n');
  const facts = (remedy: string) => ({
    now: `${tail === '' ? '' : `It said:\n${tail}\n`}${now}`,
    remedy,
    cause: error,
  });
  if (code === 'ENOENT')
    return new LocalServerError('dockerFailed', 'There is no docker in PATH.', facts('Install Docker with Compose.'));
  if (killed)
    return new LocalServerError(
      'dockerFailed',
      `docker compose was not done within ${Math.round(timeoutMilliseconds / 1000)} s.`,
      facts('Look whether the image can be fetched (docker pull), and try again.'),
    );
  if (/cannot connect to the docker daemon|is the docker daemon running|docker desktop is not running/i.test(stderr))
    return new LocalServerError('dockerFailed', 'The Docker engine does not run.', facts('Start it, and try again.'));
  if (/port is already allocated|address already in use|ports are not available/i.test(stderr))
    return new LocalServerError(
      'portInUse',
      'A port that the containers need is in use on 127.0.0.1.',
      facts('End what holds it, and try again.'),
    );
  return new LocalServerError('dockerFailed', 'docker compose failed.', facts('Mend that, and try again.'));
}
