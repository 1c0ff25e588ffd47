// A process of its own that creates a cluster, for resume.test.ts.
import { planCreate } from '../../../src/core/plan/planCreate';
import { runAndTell } from '../../support/runAndTell';

const [nodes = '', journalDirectory = ''] = process.argv.slice(2);
void runAndTell(nodes, journalDirectory, topology => planCreate(topology, { replicasPerMaster: 1 }));
