import type { Transfer } from '../types';
import type { SlotJob } from './exportJob';

/**
 * Why a job did not succeed. `refused`: it will not begin before somebody changes something; `full`: the target has no room;
 * `failed`: smaller ranges may succeed; `doubtful`: the slots may have moved, and writes may be lost.
 */
export interface JobTrouble {
  kind: 'refused' | 'full' | 'failed' | 'doubtful';
  /** Without a full stop. */
  text: string;
  remedy?: string;
}

/** From the words of both ends: each knows only its own half. Texts of Valkey 9.1.2 (cluster_migrateslots.c). */
export function jobTrouble(job: SlotJob, atTarget: SlotJob | undefined, transfer: Transfer): JobTrouble {
  const { source, target } = transfer;
  const words = [job.message, atTarget?.message ?? ''].join(' ');
  if (/may have succeeded with lost writes/i.test(words))
    return { kind: 'doubtful', text: `${source.address} took writes again before the hand-over was known to be done` };
  if (/OOM|out of memory/i.test(words))
    return {
      kind: 'full',
      text: `${target.address} ran out of memory below its maxmemory`,
      remedy: `Raise maxmemory on ${target.address}, or move fewer slots to it.`,
    };
  const login = loginTrouble(job.message, transfer);
  if (login) return login;
  if (/manually (imported|migrated)/i.test(words))
    return {
      kind: 'refused',
      text: `a slot is open on ${target.address}, of a move that was begun and not finished`,
      remedy: 'Finish that move, or roll it back: "Fix" shows both.',
    };
  if (/does not agree about current slot ownership|unknown command|NOPERM/i.test(words))
    return { kind: 'refused', text: wordsOf(job, atTarget, transfer) ?? words };
  const text = wordsOf(job, atTarget, transfer);
  if (text !== undefined) return { kind: 'failed', text };
  return {
    kind: 'failed',
    text: `${source.address} and ${target.address} lost their connection`,
    remedy: `Where much is written, raise client-output-buffer-limit for replicas on ${source.address}; its log tells more.`,
  };
}

/** The source signs in at the target as a replica would. */
function loginTrouble(message: string, { source, target }: Transfer): JobTrouble | undefined {
  if (!/NOAUTH|WRONGPASS|without any password|AUTH to target/i.test(message)) return undefined;
  const why = /NOAUTH/.test(message)
    ? `${source.address} has no primaryauth, and ${target.address} wants a password`
    : /without any password/.test(message)
      ? `${source.address} has a primaryauth, and ${target.address} wants no password`
      : `the primaryauth (or primaryuser) of ${source.address} is not accepted by ${target.address}`;
  return {
    kind: 'refused',
    text: why,
    remedy: `Set primaryauth (and primaryuser, if an ACL user is used) on ${source.address} to what ${target.address} accepts, with CONFIG SET and in the configuration file.`,
  };
}

/** The end that did not lose the other one tells why. */
function wordsOf(job: SlotJob, atTarget: SlotJob | undefined, { source, target }: Transfer): string | undefined {
  const said = [
    [source.address, job.message],
    [target.address, atTarget?.message],
  ].filter(([, message]) => message && !/^Connection lost to (source|target)/.test(message));
  if (said.length === 0) return undefined;
  return said.map(([address, message]) => `${address} says "${message!.replace(/[\r\n.]+$/, '')}"`).join(', ');
}
