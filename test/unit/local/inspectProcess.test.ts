import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { inspectProcess } from '../../../src/core/local/inspectProcess';
import { eventually } from '../../support/testCluster';

describe('inspectProcess', () => {
  let child: ChildProcess;
  let pid: number;

  beforeEach(async () => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { cwd: tmpdir(), stdio: 'ignore' });
    await once(child, 'spawn');
    assert(child.pid !== undefined);
    pid = child.pid;
  });
  afterEach(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('tells where a process runs and that it began later than this one', async () => {
    const facts = await inspectProcess(pid);
    const own = await inspectProcess(process.pid);
    assert.equal(facts?.workingDirectory, await realpath(tmpdir()));
    assert.equal(facts?.paused, false);
    assert.notEqual(facts.startTime, own?.startTime);
    assert.equal((await inspectProcess(pid))?.startTime, facts.startTime);
  });

  it('sees that a process is stopped and that it runs again', async () => {
    child.kill('SIGSTOP');
    await eventually(async () => (await inspectProcess(pid))?.paused === true, { what: 'it is paused' });
    child.kill('SIGCONT');
    await eventually(async () => (await inspectProcess(pid))?.paused === false, { what: 'it runs' });
  });

  it('does not know a process that has ended', async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await inspectProcess(pid), undefined);
  });
});
