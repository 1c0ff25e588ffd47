import { blocking, fullName, READERS, refuseCommand } from './commandRules';
import type { CommandInfo, CommandNature } from './commandNature';
import type { GivenWord } from './commandText';

/**
 * What running a command means, by the word of the servers it goes to: the strictest of them. Without any (`COMMAND` may be
 * forbidden) it counts as changing something. Pure.
 */
export function judgeCommand(words: readonly GivenWord[], infos: readonly (CommandInfo | undefined)[]): CommandNature {
  const refusal = refuseCommand(words);
  if (refusal) return refusal;
  const { name, withSub } = fullName(words);
  const told = infos.filter(info => info !== undefined);
  const flags = new Set(told.flatMap(info => info.flags));
  const categories = new Set(told.flatMap(info => info.categories));
  if (categories.has('@transaction') || (flags.has('pubsub') && flags.has('noscript') && !READERS.has(withSub)))
    return {
      kind: 'refused',
      code: 'changesConnection',
      reason: `${name} changes the connection it is sent on.`,
      remedy: 'Use Open Terminal for it.',
    };
  if (flags.has('blocking') && !/^XREAD(GROUP)?$/.test(name)) return blocking(name);
  if (READERS.has(name) || READERS.has(withSub)) return { kind: 'reads' };
  if (told.length === 0)
    return { kind: 'changes', writes: true, reason: 'No server tells what it does, so that it may change something.' };
  const writes = flags.has('write') || categories.has('@write');
  if (flags.has('readonly') && !writes)
    return categories.has('@dangerous')
      ? { kind: 'asks', reason: `${name} can hold a server up that has many keys: nothing else is served meanwhile.` }
      : { kind: 'reads' };
  // Scripts and functions can do anything; before 7.0 no flag says so.
  if (writes || flags.has('may_replicate') || (categories.has('@scripting') && /^(EVAL|EVALSHA|FCALL)$/.test(name)))
    return { kind: 'changes', writes: true, reason: 'It can write.' };
  const changes =
    ['admin', 'pubsub'].some(flag => flags.has(flag)) || CHANGING.some(category => categories.has(category));
  return changes ? { kind: 'changes', writes: false, reason: 'It changes how the server works.' } : { kind: 'reads' };
}

const CHANGING = ['@admin', '@dangerous', '@scripting'];
