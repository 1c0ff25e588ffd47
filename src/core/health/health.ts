import { agreementFindings } from './agreement';
import { availabilityFindings } from './availability';
import { pictureOf, type Finding } from './clusterPicture';
import { nodeFindings, unreachableFindings } from './nodeStates';
import { placementFindings } from './placement';
import { replicationFindings } from './replication';
import type { Topology } from '../topology/types';
import type { Health } from './types';

/**
 * Judges one topology: what does not work (`failing`), what is at risk (`degraded`), worst first. Pure and linear in the number
 * of nodes. Nodes that are in no cluster yet are only judged by whether they answer.
 */
export function health(topology: Topology): Health {
  const picture = pictureOf(topology);
  const findings: Finding[] =
    topology.clusterState === 'none'
      ? unreachableFindings(picture)
      : [
          ...availabilityFindings(picture),
          ...nodeFindings(picture),
          // Of a cluster that does not answer, only that is worth telling.
          ...(picture.isSilent
            ? []
            : [...replicationFindings(picture), ...agreementFindings(picture), ...placementFindings(picture)]),
        ];
  const errors = findings.filter(finding => finding.severity === 'error');
  const warnings = findings.filter(finding => finding.severity === 'warning');
  const sinceMilliseconds = topology.observedAtMilliseconds;
  return {
    status: errors.length > 0 ? 'failing' : warnings.length > 0 ? 'degraded' : 'ok',
    problems: [...errors, ...warnings].map(finding => ({ ...finding, sinceMilliseconds })),
  };
}
