import { fail } from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesIn } from '../../scripts/vscode/processesIn.mjs';
import { findFreePortRange } from '../support/freePortRange';
import { openWorkbench, until, type Workbench } from '../support/vscodeHost';

// How long after a SIGKILL the row of a node in VS Code's tree says so, at the default pace. Usage: treeRow.ts [runs=20]

void main(Number(process.argv[2] ?? 20));

async function main(runs: number): Promise<void> {
  const basePort = await findFreePortRange(8);
  const workbench = await openWorkbench({ name: 'treeRow', settings: { 'redisCluster.local.basePort': basePort } });
  try {
    await workbench.openView();
    await workbench.clickWelcomeButton('Start a Local Cluster');
    await workbench.acceptModal('Create');
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      const port = basePort + (run % 6);
      await untilCalm(workbench);
      await delay(randomInt(2000));
      const pid = serverOn(workbench, port);
      const row = workbench.treeRow(new RegExp(`^(master|replica) 127\\.0\\.0\\.1:${port}, ok`));
      const killedAt = performance.now();
      process.kill(pid, 'SIGKILL');
      await row.waitFor({ state: 'detached' });
      times.push(performance.now() - killedAt);
      await workbench
        .treeRow(new RegExp(`127\\.0\\.0\\.1:${port}, .*stopped`))
        .first()
        .waitFor();
      await workbench.runCommand('Redis Cluster: Start Node');
      await workbench.pick(`127.0.0.1:${port}`);
    }
    times.sort((a, b) => a - b);
    const [median, worst] = [times[Math.floor(runs / 2)], times.at(-1)].map(time => `${time?.toFixed(0)} ms`);
    console.log(`kill to tree row, ${runs} runs: median ${median}, worst ${worst}`);
  } catch (error) {
    await workbench.screenshot('failed');
    throw error;
  } finally {
    await workbench.close();
  }
}

async function untilCalm(workbench: Workbench): Promise<void> {
  await until(
    'six nodes ok',
    () => workbench.treeRow(/^(master|replica) 127\.0\.0\.1:\d+, ok/).count(),
    count => count === 6,
    60_000,
  );
}

// A server works in the folder named after its port.
function serverOn({ directory }: Workbench, port: number): number {
  const pids = processesIn(join(directory, 'server'));
  return pids.find(pid => basename(readlinkSync(`/proc/${pid}/cwd`)) === String(port)) ?? fail(`no server on ${port}`);
}
