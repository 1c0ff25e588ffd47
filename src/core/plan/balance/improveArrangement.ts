import { arrangementNow, isBetter, judge, mastersPerHost, type Arrangement, type Judged } from './arrangement';
import type { BalanceCase } from './balanceCase';
import { chooseMasters } from './chooseMasters';
import { exchangeSeats } from './exchangeSeats';
import { isExecutable } from './orderChanges';
import { rehomeReplicas } from './rehomeReplicas';
import { seatNodes } from './seatNodes';

/** Exchanges looked at x shards x nodes: all of them in a cluster of some dozen nodes, the first in a large one. */
const searchWork = 4_000_000;

/**
 * The best arrangement that failovers, and where these are not enough replica moves, can make of the one that is; that one
 * itself when there is nothing to gain. With the members of the shards as they are the masters are optimal, with the masters as
 * they are the replicas; the two take turns, and where neither finds anything single exchanges of two nodes are tried. The
 * score never gets worse, and what this made it leaves alone.
 */
export function improveArrangement(subject: BalanceCase): Judged {
  const start = judge(subject, arrangementNow(subject));
  if (subject.hosts.length < 2) return start;
  let best = start;
  let looks = Math.ceil(searchWork / (subject.shards.length * subject.seats.length));
  while (improveOnce());
  return best;

  function improveOnce(): boolean {
    const before = best;
    const { homes } = best;
    for (const masters of chooseMasters(subject, homes)) {
      consider({ homes, masters });
      if (subject.canMove) consider({ homes: rehomeReplicas(subject, { homes, masters }), masters });
    }
    if (best !== before) return true;
    if (!subject.canMove) return false;
    for (const exchanged of exchangeSeats(subject, best)) {
      if (looks-- <= 0) return false;
      for (const masters of chooseMasters(subject, exchanged))
        consider({ homes: exchanged, masters }, judged => !isMoved(judged) || isWorthCopies(judged));
      if (best !== before) return true;
    }
    return false;
  }

  function consider(candidate: Arrangement, isWorth: (judged: Judged) => boolean = () => true): void {
    const judged = judge(subject, seatNodes(subject, candidate));
    if (judged.score.total > start.score.total || !isBetter(judged, best) || !isWorth(judged)) return;
    if (isExecutable(subject, judged)) best = judged;
  }

  function isMoved({ costs: [moves] }: Judged): boolean {
    return moves > best.costs[0];
  }

  // Somewhat more even masters are not worth two full copies; a host that has none while another has several is.
  function isWorthCopies(candidate: Judged): boolean {
    const [mine, theirs] = [candidate, best].map(({ faults, masters }) => {
      const counts = mastersPerHost(
        masters.map(seat => subject.seats[seat]!.host),
        subject.hosts.length,
      );
      return [...faults.slice(0, 3), counts.filter(count => count === 0).length];
    }) as [number[], number[]];
    const decisive = mine.findIndex((value, index) => value !== theirs[index]);
    return decisive >= 0 && mine[decisive]! < theirs[decisive]!;
  }
}
