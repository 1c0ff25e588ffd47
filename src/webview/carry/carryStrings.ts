import * as l10n from '@vscode/l10n';
import type { PageNode, PageShard } from '../../shared/pageProtocol';
import type { Drop, DropRefusal } from '../../shared/dropRules';
import { counts } from '../counts';
import { joinSentences } from '../joinWords';
import { strings } from '../strings';

interface Names {
  nodeName: (id: string) => string;
  /** `shard 2`, of its master. */
  shardName: (masterId: string) => string;
}

/** Words for what is dragged, or carried by keys. */
export const carryStrings = {
  node: (node: PageNode, shard: PageShard | undefined): string =>
    l10n.t('{0} ({1})', node.name, strings.roleIn(node, shard?.name)),
  slots: (count: number): string => counts.slots(count),
  carrying: (what: string): string => l10n.t('Moving {0}', what),
  begun: (what: string): string => joinSentences([carryStrings.carrying(what), carryStrings.hintKeys]),
  hintKeys: l10n.t('Arrows choose, Enter opens the plan, Esc leaves'),
  hintPointer: l10n.t('Let it fall to open the plan, Esc leaves'),
  chooseTarget: l10n.t('choose where to'),
  place: (text: string, at: number, of: number): string => l10n.t('{0}; {1} of {2}', text, at, of),
  drop: (drop: Drop, { nodeName, shardName }: Names): string => {
    switch (drop.command) {
      case 'moveReplica':
        return l10n.t('Follow {0}, {1}', nodeName(drop.master), shardName(drop.master));
      case 'addNode':
        return l10n.t('Join as replica of {0}, {1}', nodeName(drop.master), shardName(drop.master));
      case 'replaceNode':
        return l10n.t('Take the place of {0}', nodeName(drop.node));
      case 'reshard':
        return l10n.t('Move to {0}', nodeName(drop.to));
    }
  },
  refusal: {
    readOnly: l10n.t('The cluster is read-only: no change may be asked for'),
    operation: l10n.t('Another operation is under way: wait for its end'),
    gone: l10n.t('The node is gone'),
    master: l10n.t('A master stays where it is: fail over first, or move its slots'),
    down: l10n.t('The node does not answer'),
    noSlots: l10n.t('No slots are selected'),
    ownShard: l10n.t('It follows this master already'),
    noShard: l10n.t('Not a shard: choose a master or its shard'),
    noMaster: l10n.t('This shard has no master'),
    masterDown: l10n.t('This master does not answer'),
    ownSlots: l10n.t('All of these slots are here already'),
    notMaster: l10n.t('Not a master: slots go to masters'),
  } satisfies Record<DropRefusal, string>,
  nowhere: l10n.t('There is nowhere to go: no other shard has a master that answers'),
  notNow: l10n.t('What is shown is not how it is now'),
  left: (what: string, reason: string): string => l10n.t('{0}: moving ended. {1}', what, reason),
  leftAlone: l10n.t('Nothing was moved'),
  targetLost: l10n.t('The chosen place is no longer possible'),
  grip: l10n.t('Drag onto a master (M)'),
};
