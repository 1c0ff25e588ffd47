// A process of its own that replaces the node named, for resume.test.ts.
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import { runAndTell } from '../../support/runAndTell';

const [node = '', nodes = '', journalDirectory = ''] = process.argv.slice(2);
void runAndTell(nodes, journalDirectory, topology => planReplaceNode(topology, { node, forgetWaitMilliseconds: 500 }));
