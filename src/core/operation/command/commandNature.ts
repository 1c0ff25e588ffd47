import type { CommandNature } from '../../plan/command/commandNature';
import { refuseCommand } from '../../plan/command/commandRules';
import type { GivenWord } from '../../plan/command/commandText';
import { judgeCommand } from '../../plan/command/judgeCommand';
import type { ClusterNode } from '../../topology/types';
import { settleEach } from '../steps/eachNode';
import type { ManagedNodes } from '../steps/types';
import { askCommandInfo } from './askCommandInfo';

export type NodesToAsk = Pick<ManagedNodes, 'node' | 'open'>;

/**
 * What a command means on these nodes, by their own word: the strictest. Those that do not answer have no say. Rejects with the
 * reason of the signal alone.
 */
export async function commandNature(
  chosen: readonly ClusterNode[],
  nodes: NodesToAsk,
  words: readonly GivenWord[],
  signal?: AbortSignal,
): Promise<CommandNature> {
  const refusal = refuseCommand(words);
  if (refusal) return refusal;
  const options = signal ? { signal } : {};
  const answering = chosen.filter(({ reachable }) => reachable);
  const infos = await settleEach(answering, ({ address }) => askCommandInfo(words, nodes.node(address), options));
  signal?.throwIfAborted();
  return judgeCommand(
    words,
    infos.map(info => (info.status === 'fulfilled' ? info.value : undefined)),
  );
}
