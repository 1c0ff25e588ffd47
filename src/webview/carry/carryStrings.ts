import type { PageNode, PageShard } from '../../shared/pageProtocol';
import type { Drop, DropRefusal } from '../../shared/dropRules';
import { countOf } from '../formatNumbers';
import { lowerFirst } from '../strings';

interface Names {
  nodeName: (id: string) => string;
  /** `shard 2`, of its master. */
  shardName: (masterId: string) => string;
}

/** Words for what is dragged, or carried by keys. */
export const carryStrings = {
  node: (node: PageNode, shard: PageShard | undefined): string =>
    `${node.name} (${node.role}${shard === undefined ? '' : ` of ${lowerFirst(shard.name)}`})`,
  slots: (count: number): string => countOf(count, 'slot', 'slots'),
  carrying: (what: string): string => `Moving ${what}`,
  hintKeys: 'Arrows choose, Enter opens the plan, Esc leaves',
  hintPointer: 'Let it fall to open the plan, Esc leaves',
  chooseTarget: 'choose where to',
  place: (text: string, at: number, of: number): string => `${text}; ${at} of ${of}`,
  drop: (drop: Drop, { nodeName, shardName }: Names): string => {
    switch (drop.command) {
      case 'moveReplica':
        return `Follow ${nodeName(drop.master)}, ${shardName(drop.master)}`;
      case 'addNode':
        return `Join as replica of ${nodeName(drop.master)}, ${shardName(drop.master)}`;
      case 'replaceNode':
        return `Take the place of ${nodeName(drop.node)}`;
      case 'reshard':
        return `Move to ${nodeName(drop.to)}`;
    }
  },
  refusal: {
    readOnly: 'The cluster is read-only: no change may be asked for',
    operation: 'Another operation is under way: wait for its end',
    gone: 'The node is gone',
    master: 'A master stays where it is: fail over first, or move its slots',
    down: 'The node does not answer',
    noSlots: 'No slots are selected',
    ownShard: 'It follows this master already',
    noShard: 'Not a shard: choose a master or its shard',
    noMaster: 'This shard has no master',
    masterDown: 'This master does not answer',
    ownSlots: 'All of these slots are here already',
    notMaster: 'Not a master: slots go to masters',
  } satisfies Record<DropRefusal, string>,
  nowhere: 'There is nowhere to go: no other shard has a master that answers',
  notNow: 'What is shown is not how it is now',
  left: (what: string, reason: string): string => `${what}: moving ended. ${reason}`,
  leftAlone: 'Nothing was moved',
  targetLost: 'The chosen place is no longer possible',
  grip: 'Drag onto a master (M)',
};
