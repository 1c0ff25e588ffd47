import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../src/core/index';
import { until, type Workbench, type WorkbenchWindow } from './vscodeHost';

/** Where the windows of a workbench write down what they do to clusters. */
export function journalDirectory({ directory }: Pick<Workbench, 'directory'>): string {
  const storage = join(directory, 'server', 'data', 'User', 'globalStorage');
  return join(storage, 'redis-cluster-manager.redis-cluster-manager', 'journal');
}

/** Who holds nodes: the processes in whose names the files of a folder of the journal are. */
export function holdersIn(workbench: Pick<Workbench, 'directory'>, folder: 'locks' | 'supervisors'): number[] {
  const directory = join(journalDirectory(workbench), folder);
  const names = existsSync(directory) ? readdirSync(directory).filter(name => name.endsWith('.json')) : [];
  return names.map(name => (JSON.parse(readFileSync(join(directory, name), 'utf8')) as { pid: number }).pid);
}

/** Reloads a window in the middle of an operation; resolves when it has told what did not end, and shows the operations. */
export async function reloadInTheMiddle(window: WorkbenchWindow): Promise<void> {
  await window.reload();
  await window.openView();
  const told = window.page.locator('.monaco-alert', { hasText: /did not end and may have left/ });
  await told.first().waitFor({ state: 'attached' });
  await showOperations(window);
}

export async function showOperations({ page }: WorkbenchWindow): Promise<void> {
  const header = page.getByRole('button', { name: /^Operations/ });
  if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
}

/** Calls a command on what was left behind, answers what it asks, and waits until it has ended. */
export async function settleLeft(
  workbench: Pick<Workbench, 'directory'>,
  window: WorkbenchWindow,
  { name, how, answer }: { name: RegExp; how: string; answer?: () => Promise<void> },
): Promise<void> {
  const left = window.treeRow(name);
  await left.waitFor();
  await window.contextMenu(left, how);
  await answer?.();
  const journal = await openJournal(journalDirectory(workbench));
  // In this order: until it holds its nodes it counts as left behind.
  await until(
    'it has ended, and nothing holds the nodes any more',
    async () => [...(await journal.unfinished()).map(({ title }) => title), ...holdersIn(workbench, 'locks')],
    rest => rest.length === 0,
  );
  await left.waitFor({ state: 'detached' });
}
