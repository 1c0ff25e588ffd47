import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { planCreate } from '../../../src/core/plan/planCreate';
import { startFleet, type Fleet } from '../../faults/campaign/fleet';
import { interruptedIn, startPlan } from '../../support/childProcess';
import { assertAlone, linesOf } from '../../support/members';
import { checkCluster, eventually } from '../../support/testCluster';

describe('a creation in whose middle a server comes back on another port', () => {
  let fleet: Fleet;
  let client: ClusterClient;
  let journal: Journal;

  beforeEach(async () => {
    fleet = await startFleet(3, 2000);
    journal = await openJournal(await mkdtemp(join(fleet.directory, 'journal-')));
  });
  afterEach(async () => {
    await client.close();
    await fleet.close();
  });

  /** Kills a creating process as it waits for agreement, and starts the last server elsewhere. */
  async function interruptAndMove(): Promise<{ id: string; from: number; to: number }> {
    client = connect({ nodes: fleet.nodes });
    const end = { step: 'awaitAgreement', afterMilliseconds: 0 };
    const job = { nodes: fleet.nodes, journalDirectory: journal.directory, end };
    const child = startPlan({ planner: 'planCreate', request: { replicasPerMaster: 0 }, ...job });
    await child.ended();
    const { id } = await interruptedIn(journal);
    const from = fleet.ports.at(-1)!;
    const to = await fleet.move(from);
    const [first] = fleet.ports;
    await eventually(async () => (await linesOf(first!)).some(line => line.includes(`:${to}@`)), {
      what: `${first} knows that it is at ${to}`,
    });
    return { id, from, to };
  }

  async function assertAllAlone(): Promise<void> {
    for (const port of fleet.ports) await assertAlone(port);
    assert.deepEqual(await journal.unfinished(), []);
  }

  it('is resumed with it where the others list it', async () => {
    const { id, from, to } = await interruptAndMove();
    const { outcome, notes } = await journal.resume(client, id).finished;
    assert.equal(outcome, 'completed');
    assert.match(notes.join(' '), new RegExp(`was at 127\\.0\\.0\\.1:${from} answers at 127\\.0\\.0\\.1:${to} now`));
    await checkCluster(fleet);
    assert.deepEqual(await journal.unfinished(), []);
  });

  it('is rolled back with it where the others list it', async () => {
    const { id } = await interruptAndMove();
    assert.equal((await journal.rollBack(client, id).finished).outcome, 'cancelled');
    await assertAllAlone();
  });

  it('fails, names it, and is rolled back once its address is among those to connect to', async () => {
    client = connect({ nodes: fleet.nodes });
    const plan = planCreate(await client.observe(), { replicasPerMaster: 0 });
    const victim = fleet.ports.at(-1)!;
    let killing: Promise<void> | undefined;
    const operation = client.run(plan, {
      journal,
      onProgress: ({ step, message }) => {
        if (step?.kind === 'awaitAgreement' || /links are up/.test(message)) killing ??= fleet.kill(victim);
      },
    });
    await assert.rejects(operation.finished, ({ message }: Error) => {
      assert.match(message, new RegExp(`127\\.0\\.0\\.1:${victim} could not be reset and may still hold parts`));
      assert.match(message, /If it is at another address now, name that among the nodes to connect to\./);
      return true;
    });
    await killing;
    await fleet.move(victim);
    await client.close();
    client = connect({ nodes: fleet.nodes });
    assert.equal((await journal.rollBack(client, operation.id).finished).outcome, 'cancelled');
    await assertAllAlone();
  });
});
