// A process of its own that fails over to the node named, for resume.test.ts.
import { planFailover } from '../../../src/core/plan/planFailover';
import { runAndTell } from '../../support/runAndTell';

const [replica = '', nodes = '', journalDirectory = ''] = process.argv.slice(2);
void runAndTell(nodes, journalDirectory, topology => planFailover(topology, { replica }));
