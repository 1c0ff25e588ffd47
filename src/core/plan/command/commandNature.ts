/**
 * What running a command means. `reads`: it changes nothing. `asks`: neither, but it can hold a server up. `changes`: needs a plan.
 * `refused`: it is not run from here.
 */
export type CommandNature =
  { kind: 'reads' } | { kind: 'asks'; reason: string } | { kind: 'changes'; writes: boolean; reason: string } | Refusal;

/** Whole sentences. */
export interface Refusal {
  kind: 'refused';
  code: string;
  reason: string;
  remedy: string;
}

/** What a server says of a command (COMMAND INFO). */
export interface CommandInfo {
  /** `write`, `admin`, `blocking`, ... */
  flags: readonly string[];
  /** Of its ACL, `@dangerous`, `@connection`, ...; empty before Redis 6. */
  categories: readonly string[];
}
