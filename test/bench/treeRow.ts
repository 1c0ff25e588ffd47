// How long after a SIGKILL the row of a node in VS Code's tree says so.
import { fail } from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildExtension } from '../../scripts/setup/build.mjs';
import { processesIn } from '../../scripts/vscode/processesIn.mjs';
import { findFreePortRange } from '../support/freePorts';
import { openWorkbench, until, type Workbench } from '../support/vscodeHost';
import { present } from './report/present';

void present({
  how:
    'From a SIGKILL of a node of a local cluster of six, at a random moment between two looks, to the frame in which its row in the ' +
    'tree of a real VS Code, with the extension as it ships and at its default pace, says so. No other tool was measured.',
  notes: ['VS Code redraws a tree at the earliest 200 ms after a change.'],
  async measure({ runs, part, server }) {
    await server();
    await part('six nodes', async () => [
      {
        what: "Kill to the row in VS Code's tree",
        unit: 'ms',
        values: await measure(runs(20)),
        goal: { most: 1000, of: 'worst' },
        summary: true,
      },
    ]);
  },
});

async function measure(runs: number): Promise<number[]> {
  await buildExtension({ production: true });
  const basePort = await findFreePortRange(8);
  const settings = { 'redisCluster.local.basePort': basePort };
  // High enough for every row: a tree draws only those that can be seen.
  const workbench = await openWorkbench({ name: 'treeRow', settings, viewport: { width: 1280, height: 1400 } });
  try {
    await workbench.openView();
    await workbench.clickWelcomeButton('Start a Local Cluster');
    await workbench.acceptModal('Create');
    await untilCreated(workbench);
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      const port = basePort + (run % 6);
      await untilCalm(workbench);
      await delay(randomInt(2000));
      const pid = serverOn(workbench, port);
      const killedAt = performance.now();
      process.kill(pid, 'SIGKILL');
      await untilNotOk(workbench, port);
      times.push(performance.now() - killedAt);
      await startAgain(workbench, port);
    }
    return times;
  } catch (error) {
    await workbench.screenshot('failed');
    throw error;
  } finally {
    await workbench.close();
  }
}

// The rows say ok before the last step of the creation is over, and a server killed until then ends it.
async function untilCreated(workbench: Workbench): Promise<void> {
  await until(
    'a created cluster',
    () => workbench.statusBarText(),
    text => text === '3 shards',
    60_000,
  );
}

async function untilCalm(workbench: Workbench): Promise<void> {
  const calm = workbench.treeRow(
    /^(master|replica) 127\.0\.0\.1:\d+, ok, (?!.*(stopped|syncing|link down|loading its data))/,
  );
  await until(
    'six nodes ok',
    () => calm.count(),
    count => count === 6,
    60_000,
  );
}

// Asked in the page with every frame: from outside it would be asked twice a second.
async function untilNotOk({ page }: Workbench, port: number): Promise<void> {
  await page.waitForFunction(
    `[...document.querySelectorAll('.sidebar [role=treeitem]')]
      .some(row => /^[a-z ]+ 127\\.0\\.0\\.1:${port}, (?!ok)/.test(row.getAttribute('aria-label')))`,
  );
}

// By the button in the row itself: rows that come and go above it cannot put another row under the pointer.
async function startAgain(workbench: Workbench, port: number): Promise<void> {
  const stopped = workbench.treeRow(new RegExp(`^[a-z ]+ 127\\.0\\.0\\.1:${port}, .*stopped`));
  await stopped.hover();
  await stopped.getByRole('button', { name: 'Start Node' }).click();
  // A pointer that rests on a row opens its tooltip, over the rows of the next runs.
  await workbench.page.mouse.move(1000, 700);
  await stopped.waitFor({ state: 'detached' });
}

// A server works in the folder named after its port.
function serverOn({ directory }: Workbench, port: number): number {
  const pids = processesIn(join(directory, 'server'));
  return pids.find(pid => basename(readlinkSync(`/proc/${pid}/cwd`)) === String(port)) ?? fail(`no server on ${port}`);
}
