/**
 * What a refusal of CLUSTER MIGRATION IMPORT, or the last error of a task, means: `busy` passes when another task or a trim
 * ends; `open` and `refused` do not; `failed` may go better next time. Texts of Redis 8.6.3 (cluster_asm.c).
 */
export type ImportTrouble = 'busy' | 'open' | 'refused' | 'failed';

export function importTrouble(text: string): ImportTrouble {
  if (/another (ASM|migration) task is already in progress|overlapping import|trim job|NOTREADY/i.test(text))
    return 'busy';
  if (/slot states must be STABLE/i.test(text)) return 'open';
  if (
    /not allowed on replica|different source nodes|has no owner|already the owner|NOPERM|unknown (sub)?command/i.test(
      text,
    )
  )
    return 'refused';
  return 'failed';
}

/** The server's words as part of a sentence. The state at the end says nothing to people. */
export function inWords(lastError: string): string {
  const text = lastError
    .replace(/\s*\(state: [^)]*\)\s*$/, '')
    .replace(/^.*from the source: -(ERR )?/, 'the source answered: ')
    .trim()
    .replace(/\.$/, '');
  return text === '' ? 'no reason was given' : text;
}
