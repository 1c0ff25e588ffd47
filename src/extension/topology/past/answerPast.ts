import type { PagePast } from '../../../shared/pageProtocol';
import type { PastQuestion } from '../../../shared/pageStill';
import type { ClusterState } from '../../sessions/clusterState';
import { stillSnapshot } from '../snapshot';
import type { PastMoment, PastPictures } from './pastPictures';

/** How the cluster was, as far as it was looked at. Where nothing is kept, or nothing changed since: that it is now. */
export function answerPast(
  past: PastPictures | undefined,
  state: ClusterState,
  question: PastQuestion,
  options: { skewPercent?: number } = {},
): PagePast {
  const { request, atMilliseconds, step } = question;
  const moment = past && momentFor(past, question);
  if (!moment) return { type: 'past', request, now: true };
  // A step goes to a change, whatever the time it was made from; nothing was seen before the first look.
  const shownAt = step ? moment.atMilliseconds : Math.max(atMilliseconds, moment.atMilliseconds);
  return {
    type: 'past',
    request,
    snapshot: stillSnapshot('past', state, moment.picture, shownAt, options),
    seenUntilMilliseconds: moment.seenUntilMilliseconds,
  };
}

function momentFor(past: PastPictures, { atMilliseconds, step }: PastQuestion): PastMoment | undefined {
  return step === undefined ? past.at(atMilliseconds) : past[step](atMilliseconds);
}
