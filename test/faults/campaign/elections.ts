import type { Acknowledgement } from './ledger';

/** A replica that was voted master, as its log tells it. Ports are those the servers were first started on. */
export interface Election {
  winner: number;
  /** Whose place it took. */
  displaced?: number;
  /** Milliseconds since 1970. */
  at: number;
  /** How far it was in the replication stream of that master. */
  offset: number;
  /** The ids of all streams it had followed until then, the last one last. */
  replicationIds: readonly string[];
  /** Somebody had asked for it, so nothing may be lost. */
  isManual: boolean;
}

/** Every election that was won, by the logs of the servers. */
export function electionsIn(logs: ReadonlyMap<number, string>, originOf: (port: number) => number): Election[] {
  return [...logs].flatMap(([port, log]) => electionsOf(port, log, originOf)).sort((a, b) => a.at - b.at);
}

function electionsOf(winner: number, log: string, originOf: (port: number) => number): Election[] {
  const elections: Election[] = [];
  let displaced: number | undefined;
  let offset = NaN;
  let isManual = false;
  const replicationIds: string[] = [];
  for (const line of log.split('\n')) {
    const master = /Connecting to (?:MASTER|PRIMARY) .*:(\d+)/i.exec(line)?.[1];
    if (master) displaced = originOf(Number(master));
    const followed =
      /Full resync from (?:master|primary): (\w{40}):|(?:Master|Primary) replication ID changed to (\w{40})/i.exec(
        line,
      );
    if (followed) replicationIds.push((followed[1] ?? followed[2])!);
    if (/Manual failover user request accepted|Forced failover user request accepted/.test(line)) isManual = true;
    if (/Manual failover timed out/.test(line)) isManual = false;
    const started = /Start of election delayed .*offset (\d+)/.exec(line)?.[1];
    if (started) offset = Number(started);
    if (!/election won: I'm the new/.test(line)) continue;
    const at = Date.parse(/\d+ \w{3} \d{4} [\d:.]+/.exec(line)?.[0] ?? '');
    elections.push({
      winner,
      ...(displaced !== undefined && { displaced }),
      at,
      offset,
      replicationIds: [...replicationIds],
      isManual,
    });
    isManual = false;
  }
  return elections;
}

/**
 * The election after which an acknowledged write could not be there any more, as the engine's documents have it: the write
 * was taken by the master that was displaced, and lies behind the place the winner had reached in that master's stream.
 */
export function lostBy(
  { port, replicationId, offset, at }: Acknowledgement,
  elections: readonly Election[],
  originOf: (port: number) => number,
): Election | undefined {
  return elections.find(election => {
    if (election.isManual || election.displaced !== originOf(port)) return false;
    const isBehind = election.replicationIds.at(-1) === replicationId && election.offset < offset;
    // A stream that began after the master was started again, and that the winner never got to see.
    const isUnheard = !election.replicationIds.includes(replicationId);
    // Of an earlier time are only writes that had long been passed on.
    return (isBehind || isUnheard) && election.at > at - LONGEST_ELECTION_MILLISECONDS;
  });
}

/** A stopped master that goes on takes writes until it hears that it was displaced. */
const LONGEST_ELECTION_MILLISECONDS = 60_000;
