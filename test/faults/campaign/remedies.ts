import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { CheckReport } from '../../../src/core/operation/check/types';
import type { Journal } from '../../../src/core/operation/types';
import type { Plan } from '../../../src/core/plan/types';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { goOn, describeError } from './goOn';
import { planners } from './planners';
import type { RunnerJob } from './runner';

const roundsAtMost = 8;

/** Does what the product tells its user to do about what is left; tells what that was. */
export async function applyRemedies(
  client: ClusterClient,
  journal: Journal,
  job: Pick<RunnerJob, 'planner' | 'request'>,
): Promise<string[]> {
  const done: string[] = [];
  for (let round = 0; round < roundsAtMost; round++) {
    try {
      const report = await quietCheck(client, job.planner === 'create');
      const remedy = await nextRemedy(report, client, job);
      if (!remedy) return done;
      done.push(remedy.what);
      await client.run(remedy.plan, { journal }).finished;
    } catch (error) {
      done.push(describeError(error));
      await wait(500);
      done.push(...(await goOn(client, journal, 'resume')));
    }
  }
  return done;
}

/** What passes by itself, as an election does, has passed; or it did not for 20 s. */
async function quietCheck(client: ClusterClient, mayBeNone: boolean): Promise<CheckReport> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const topology = await client.observe();
    const isCluster = topology.nodes.some(({ inCluster }) => inCluster);
    if ((!isCluster && mayBeNone) || isQuiet(topology) || performance.now() > deadline)
      return client.check({ strayKeys: true });
    await wait(150);
  }
}

function isQuiet({ clusterState, disagreements, nodes }: Topology): boolean {
  const isWell = ({ reachable, status }: Topology['nodes'][number]): boolean =>
    reachable && status !== 'failed' && status !== 'suspect' && status !== 'joining';
  return clusterState === 'ok' && disagreements.length === 0 && nodes.every(isWell);
}

async function nextRemedy(
  { topology, findings }: CheckReport,
  client: ClusterClient,
  job: Pick<RunnerJob, 'planner' | 'request'>,
): Promise<{ what: string; plan: Plan } | undefined> {
  if (!topology.nodes.some(({ inCluster }) => inCluster))
    return { what: 'created once more', plan: await planners[job.planner](topology, job.request, client) };
  const toFix = findings.filter(({ fix }) => fix);
  if (toFix.length > 0) {
    // Of two copies the owner's is the one that clients wrote last.
    const request = { openSlots: 'finish', uncovered: 'assign', collisions: 'owner' };
    const now = await client.observe();
    return {
      what: `fixed ${toFix.map(({ code }) => code).join(', ')}`,
      plan: await planners.fix(now, request, client),
    };
  }
  const ghost = topology.nodes.find(({ inCluster, reachable }) => inCluster && !reachable);
  if (ghost) {
    const plan = planners.remove(topology, { node: ghost.id, forgetWaitMilliseconds: 300 });
    return { what: `removed ${ghost.address} (${ghost.status}) once more`, plan };
  }
  const outside = topology.nodes.find(isLeftBehind);
  if (!outside) return undefined;
  const plan = planners.add(topology, { node: outside.id, as: 'spare' });
  return { what: `emptied ${outside.address}, which was ${outside.status}`, plan };
}

/** It is in no cluster and not empty, or lists one that does not list it. */
function isLeftBehind({ id, reachable, inCluster, status, knownNodes = 1, seenBy }: ClusterNode): boolean {
  if (!reachable) return false;
  return inCluster ? knownNodes > 1 && seenBy.every(viewer => viewer === id) : status !== 'spare';
}
