import type { ClusterNode, FailedLook } from './types';

/** Why a node did not answer, as its topology keeps it. */
export function silence(
  failure: FailedLook | undefined,
  otherwise = 'It was not asked.',
): Pick<ClusterNode, 'unreachableReason' | 'unreachableCode'> {
  return failure
    ? { unreachableReason: failure.message, unreachableCode: failure.code }
    : { unreachableReason: otherwise };
}
