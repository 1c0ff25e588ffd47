import { judgeCheck } from '../../../../src/core/health/check/judgeCheck';
import type { BusLink, CheckEvidence, CheckFinding, CheckLook } from '../../../../src/core/health/check/types';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import type { Look } from '../../../../src/core/topology/types';
import { viewsOf } from '../../../../src/core/topology/viewsOf';
import { looksAt, modelCluster } from '../../topology/modelCluster';

/** Three masters with a replica each, ids 1 to 3 and 4 to 6. */
export const nodes = modelCluster(3, 1);

/** A look with every bus link there, but for those left out: `[who, direction, peer]`. */
export function lookOf(
  looks: readonly Look[] = looksAt(nodes),
  broken: readonly (readonly string[])[] = [],
  young = false,
): CheckLook {
  const views = viewsOf(looks);
  const links = views.map(({ lines }) => {
    const { id } = lines.find(({ flags }) => flags.includes('myself'))!;
    const own = lines
      .filter(line => line.id !== id)
      .flatMap((line): BusLink[] => [
        { direction: 'to', peerId: line.id, isYoung: young },
        { direction: 'from', peerId: line.id, isYoung: young },
      ]);
    const isBroken = ({ direction, peerId }: BusLink): boolean =>
      broken.some(([who, which, peer]) => who === id && which === direction && peer === peerId);
    return [id, own.filter(link => !isBroken(link))] as const;
  });
  return { topology: mergeLooks(looks), views, links: new Map(links) };
}

function evidenceOf(latest: CheckLook, differing: Partial<CheckEvidence> = {}): CheckEvidence {
  return { latest, settings: new Map(), keys: new Map(), ...differing };
}

export function judge(latest: CheckLook, differing: Partial<CheckEvidence> = {}): CheckFinding[] {
  return judgeCheck(evidenceOf(latest, differing));
}

export function codes(findings: readonly CheckFinding[]): string[] {
  return findings.map(({ code }) => code);
}
