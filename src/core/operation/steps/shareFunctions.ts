import type { NodeRef } from '../../plan/types';
import { answeringNodesOf } from '../planNodes';
import { eachNode } from './eachNode';
import { dumpFunctions, readLibraries, type FunctionLibrary } from './functionLibraries';
import type { RunStep } from './types';

interface Holding {
  node: NodeRef;
  libraries: readonly FunctionLibrary[];
}

/**
 * Puts every function library that any node of the plan holds on these masters; their replicas get them when they copy.
 * Done in dumps, which keep the code byte for byte. What every node had is on disk in the journal before the first change.
 */
export const shareFunctions: RunStep<'shareFunctions'> = async (step, { plan, nodes, record, report }) => {
  const members = answeringNodesOf(plan);
  const read = await eachNode(members, async node => ({ node, libraries: await readLibraries(node, nodes) }));
  const holdings = read.flatMap(({ node, libraries }) => (libraries ? [{ node, libraries }] : []));
  const donors = chooseDonors(holdings);
  if (donors.length === 0) return;
  const known = record.functionsBefore();
  const dumps = await eachNode(
    holdings.filter(({ node }) => !known.has(node.address)),
    async ({ node, libraries }) => ({ node, dump: libraries.length === 0 ? null : await dumpFunctions(node, nodes) }),
  );
  const before = dumps.map(
    ({ node, dump }) => ({ type: 'functions', node, dump: dump?.toString('base64') ?? null }) as const,
  );
  await record.write(before, { durable: true });
  const masters = new Set(step.nodes.map(({ address }) => address));
  await eachNode(
    holdings.filter(({ node }) => masters.has(node.address)),
    async master => {
      for (const donor of donors) {
        if (!lacks(master, donor)) continue;
        report(`Copying function libraries from ${donor.node.address} to ${master.node.address}.`);
        // The same names hold the same code: checked before anything was changed.
        const dump = await dumpFunctions(donor.node, nodes);
        await nodes.node(master.node.address).command(['FUNCTION', 'RESTORE', dump, 'REPLACE']);
      }
    },
  );
};

/** The fewest nodes, greedily, that together hold every library. */
function chooseDonors(holdings: readonly Holding[]): Holding[] {
  const covered = new Set<string>();
  const largestFirst = [...holdings].sort((a, b) => b.libraries.length - a.libraries.length);
  return largestFirst.filter(({ libraries }) => {
    const adds = libraries.some(({ name }) => !covered.has(name));
    for (const { name } of libraries) covered.add(name);
    return adds;
  });
}

function lacks(master: Holding, donor: Holding): boolean {
  const names = new Set(master.libraries.map(({ name }) => name));
  return donor.libraries.some(({ name }) => !names.has(name));
}
