import * as vscode from 'vscode';
import type { SessionStore } from '../sessions/types';
import type { DropRefusal } from '../../shared/dropRules';
import { dropOn } from './dropTarget';
import type { TreeElement } from './elements';

const mimeType = 'application/vnd.code.tree.rediscluster.clusters';

/** Nodes can be dragged onto shards and failed nodes; what that means is planned, shown and asked like any other change. */
export function createDragAndDrop(store: SessionStore): vscode.TreeDragAndDropController<TreeElement> {
  return {
    dragMimeTypes: [mimeType],
    dropMimeTypes: [mimeType],
    handleDrag([element], transfer) {
      if (element?.kind === 'node') transfer.set(mimeType, new vscode.DataTransferItem(element));
    },
    async handleDrop(target, transfer) {
      const dragged = transfer.get(mimeType)?.value as TreeElement | undefined;
      if (!target || dragged?.kind !== 'node' || target.id === dragged.id) return;
      const session = store.get(dragged.clusterId);
      const node = session?.topology?.nodes.find(({ id }) => id === dragged.nodeId);
      if (!session || !node) return;
      const drop = dropOn(node, target, session);
      if ('command' in drop) await vscode.commands.executeCommand(drop.command, drop.argument);
      else
        void vscode.window.showInformationMessage(
          vscode.l10n.t('{0} cannot go there: {1}.', node.address, whyNot(drop.refusal)),
        );
    },
  };
}

function whyNot(refusal: DropRefusal): string {
  const reasons: Partial<Record<DropRefusal, string>> = {
    readOnly: vscode.l10n.t('the cluster is read-only'),
    operation: vscode.l10n.t('an operation is under way'),
    master: vscode.l10n.t('a master stays where it is; fail over first, or move its slots'),
    down: vscode.l10n.t('it does not answer'),
    ownShard: vscode.l10n.t('it follows that master already'),
    noMaster: vscode.l10n.t('that shard has no master'),
    masterDown: vscode.l10n.t('that master does not answer'),
  };
  return (
    reasons[refusal] ?? vscode.l10n.t('drag a replica or a spare onto another shard, or a spare onto a failed node')
  );
}
