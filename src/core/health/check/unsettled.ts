import { busLinkFindings } from './busLinks';
import { doubleClaims } from './ownWords';
import { chainsOf } from './replicaChains';
import { isHandshake } from './strangers';
import type { CheckLook } from './types';

/** Whether a look shows anything that may be gone a moment later: then it takes a second one to call it a fault. */
export function isUnsettled(look: CheckLook): boolean {
  const { topology, views } = look;
  return (
    topology.disagreements.length > 0 ||
    topology.ghosts.length > 0 ||
    topology.nodes.some(isHandshake) ||
    chainsOf(look).length > 0 ||
    doubleClaims(views, topology).length > 0 ||
    busLinkFindings({ latest: look, settings: new Map(), keys: new Map() }).length > 0
  );
}
