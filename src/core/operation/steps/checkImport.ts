import { importObstacles } from '../../plan/import/importObstacles';
import { inspectImportSource } from '../inspect/inspectImportSource';
import { OperationError } from '../operationError';
import { lookAtMembers } from './lookAtMembers';
import type { RunStep } from './types';

/**
 * Looks whether the source can be read and every master take its keys, just before it begins and after a pause. Throws an
 * OperationError with the code of the obstacle, or a ConnectionError.
 */
export const checkImport: RunStep<'checkImport'> = async ({ nodes: members, source, databases }, context) => {
  const { nodes, sourceLogin, signal, report } = context;
  report(`Looking at ${source}.`);
  const { topology } = await lookAtMembers(members, context);
  const facts = await inspectImportSource(source, sourceLogin, topology, nodes, signal);
  // Keys that went since the plan was made are no obstacle.
  const [obstacle] = importObstacles(facts, { facts, databases }).filter(({ code }) => code !== 'nothingToImport');
  if (!obstacle) return;
  throw new OperationError(obstacle.code, obstacle.text, { node: source, remedy: obstacle.remedy });
};
