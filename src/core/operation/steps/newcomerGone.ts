import type { OperationRecord } from '../operationRecord';
import type { MembersSight } from './lookAtMembers';

/** Why no node may leave yet: one that joined for it does not answer any more. A whole sentence. */
export function newcomerGone(views: MembersSight['views'], record: OperationRecord): string | undefined {
  const gone = record.ownNodes().find(({ node }) => !views.has(node.id));
  return gone && `${gone.node.address}, which joined for it, does not answer any more.`;
}
