import type { ClusterNode, ServerInfo } from '../../topology/types';
import { compareVersions } from '../compareVersions';
import { isAble, replicasOf } from '../members/memberCase';
import { bytesText, count, joinSome } from '../phrases';
import type { PlanRisk, PlanWarning } from '../types';
import { sizeOf } from './estimateMoves';
import type { BigKey, SlotMeasurements } from './measurements';
import type { MoveCase } from './moveCase';

/** What moves cost clients, and what will be otherwise than before. */
export function warnOfMoves(moveCase: MoveCase): { warnings: PlanWarning[]; risk: PlanRisk } {
  const bigKeys = bigKeysIn(moveCase);
  const isAtomic = moveCase.moves.some(({ engine }) => engine !== 'classic');
  return {
    warnings: [
      ...warnOfBigKeys(bigKeys, moveCase.measurements),
      ...warnOfHandOff(isAtomic),
      ...warnOfHeavyWrites(moveCase),
      ...warnOfFullTargets(moveCase),
      ...warnOfOlderTargets(moveCase),
      ...warnOfEmptied(moveCase),
      ...warnOfFewVoters(moveCase),
      ...warnOfLoneTargets(moveCase),
      ...warnOfGuesses(moveCase),
    ],
    risk: bigKeys.length > 0 || isAtomic ? 'interruptsWrites' : 'none',
  };
}

type MovingKey = BigKey & { source: ClusterNode };

/** An atomic move streams a big key past its clients; MIGRATE stops both servers for it. */
function bigKeysIn({ moves, measurements }: MoveCase): MovingKey[] {
  const classic = moves.filter(({ engine }) => engine === 'classic');
  return (measurements?.bigKeys ?? []).flatMap(key => {
    const move = classic.find(({ source, slots }) => source.id === key.nodeId && slots.has(key.slot));
    return move ? [{ ...key, source: move.source }] : [];
  });
}

const keysShown = 5;

function warnOfBigKeys(keys: readonly MovingKey[], measurements: SlotMeasurements | undefined): PlanWarning[] {
  if (keys.length === 0) return [];
  const timeout = measurements?.nodeTimeoutMilliseconds;
  const byStop = [...keys].sort((a, b) => b.blockMilliseconds - a.blockMilliseconds);
  const names = byStop.map(
    ({ name, bytes, slot, source, blockMilliseconds }) =>
      `"${name}" (${bytesText(bytes)}, slot ${slot} of ${source.address}) for about ${secondsText(blockMilliseconds)}`,
  );
  const stops = {
    code: 'bigKeys',
    text: `${count(keys.length, 'big key')} ${keys.length === 1 ? 'stops' : 'stop'} both servers while ${keys.length === 1 ? 'it moves' : 'they move'}: ${joinSome(names, keysShown)}${timeout === undefined ? '' : `; cluster-node-timeout is ${secondsText(timeout)}`}.`,
  };
  const tooLong = timeout === undefined ? [] : byStop.filter(key => key.blockMilliseconds >= timeout);
  if (tooLong.length === 0) return [stops];
  const servers = joinSome([...new Set(tooLong.map(({ source }) => source.address))]);
  return [
    stops,
    {
      code: 'stopsBeyondTimeout',
      text: `That is longer than cluster-node-timeout: the others would call ${servers} failed and fail over in the middle of the move. Raise cluster-node-timeout first, delete or split the keys, or leave their slots (${joinSome([...new Set(tooLong.map(({ slot }) => String(slot)))])}) where they are.`,
    },
  ];
}

function secondsText(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function warnOfHandOff(isAtomic: boolean): PlanWarning[] {
  if (!isAtomic) return [];
  return [
    {
      code: 'handOffPause',
      text: 'When slots are handed over, their server pauses writes until the new owner has them: most often for some milliseconds, for 10 s at the very most.',
    },
  ];
}

/** "invalid CRLF in request" from about 30,000 writes/s into the moving slots on (valkey issue 4545, 2026). */
function warnOfHeavyWrites({ moves }: MoveCase): PlanWarning[] {
  const ends = moves.flatMap(({ engine, source, target }) => (engine === 'migrateSlots' ? [source, target] : []));
  const affected = [...new Set(ends)].filter(({ info }) => info && failsUnderWrites(info));
  if (affected.length === 0) return [];
  return [
    {
      code: 'failsUnderHeavyWrites',
      text: `${joinSome(affected.map(({ address, info }) => `${address} (${info!.version})`))}: Valkey 9.0.5 to 9.1.1 gives up CLUSTER MIGRATESLOTS, without loss, when some 30,000 writes a second or more go to the moving slots. Move fewer slots at once then, move at a quieter time, or choose SETSLOT and MIGRATE.`,
    },
  ];
}

function failsUnderWrites({ flavour, version }: ServerInfo): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (flavour !== 'valkey' || major !== 9) return false;
  return minor === 0 ? patch >= 5 : minor === 1 && patch <= 1;
}

function warnOfFullTargets({ moves }: MoveCase): PlanWarning[] {
  const coming = new Map<ClusterNode, number>();
  for (const move of moves) coming.set(move.target, (coming.get(move.target) ?? 0) + sizeOf(move).bytes);
  return [...coming].flatMap(([{ address, info }, bytes]) => {
    if (!info || info.maxMemoryBytes === 0 || info.usedMemoryBytes + bytes <= info.maxMemoryBytes) return [];
    const text = `${address} uses ${bytesText(info.usedMemoryBytes)} of ${bytesText(info.maxMemoryBytes)} (maxmemory), and about ${bytesText(bytes)} shall go there: it would evict keys or refuse writes. Raise maxmemory there, or move less.`;
    return [{ code: 'targetFull', text }];
  });
}

function warnOfOlderTargets({ moves }: MoveCase): PlanWarning[] {
  const older = moves.filter(
    ({ source, target }) => source.info && target.info && compareVersions(target.info, source.info) < 0,
  );
  if (older.length === 0) return [];
  const pairs = older.map(
    ({ source, target }) =>
      `${target.address} (${target.info!.version}) from ${source.address} (${source.info!.version})`,
  );
  const text = `An older server may not understand what a newer one writes: ${joinSome([...new Set(pairs)])}. Then the move stops there with no slot open, and what has moved stays moved.`;
  return [{ code: 'olderTarget', text }];
}

function warnOfEmptied({ subject, emptied, keepEmptied }: MoveCase): PlanWarning[] {
  return emptied.flatMap(({ master, heir, move }): PlanWarning[] => {
    const replicas = replicasOf(subject, master).map(({ address }) => address);
    const followers = replicas.length > 0 ? ` with ${joinSome(replicas)}` : '';
    if (!keepEmptied)
      return [
        {
          code: 'masterEmptied',
          text: `${master.address} gives all its slots away and then${followers} follows whoever gets the last of them, most likely ${heir.address}: it becomes a replica, copies that master anew and deletes what it had. Only where cluster-allow-replica-migration is no it stays a master without slots.`,
        },
      ];
    const stays: PlanWarning = {
      code: 'masterEmptied',
      text: `${master.address} gives all its slots away and stays a master without slots${replicas.length > 0 ? `,${followers} as ${replicas.length === 1 ? 'its replica' : 'its replicas'}` : ''}. It can be removed then.`,
    };
    // Who claims exactly the slots another one just lost is taken for its successor (cluster.c, 7.0, clusterUpdateSlotsConfigWith).
    if (!heir.slots.isEmpty || !move.slots.equals(master.slots)) return [stays];
    return [
      stays,
      {
        code: 'emptiedMayFollow',
        text: `${heir.address} has no slots yet and gets exactly those of ${master.address}: servers can take that for a failover, and ${master.address}${followers} may become its replica whatever cluster-allow-replica-migration says.`,
      },
    ];
  });
}

function warnOfFewVoters({ subject, moves, emptied }: MoveCase): PlanWarning[] {
  if (emptied.length === 0) return [];
  const filled = new Set(moves.map(({ target }) => target).filter(({ slots }) => slots.isEmpty)).size;
  const left = subject.voters.length - emptied.length + filled;
  if (left >= 3 || left >= subject.voters.length) return [];
  return [
    {
      code: 'fewMasters',
      text: `Then only ${count(left, 'master')} ${left === 1 ? 'has' : 'have'} slots: when ${left === 1 ? 'it' : 'one of them'} fails, no majority is left and no replica takes over by itself.`,
    },
  ];
}

function warnOfLoneTargets({ subject, moves }: MoveCase): PlanWarning[] {
  const lone = [...new Set(moves.map(({ target }) => target))].filter(
    target => !replicasOf(subject, target).some(isAble),
  );
  // Where no master has a replica it is nothing new.
  if (lone.length === 0 || !subject.members.some(({ role }) => role === 'replica')) return [];
  const text = `${joinSome(lone.map(({ address }) => address))} ${lone.length === 1 ? 'has' : 'have'} no replica that works: the slots that go there are down when ${lone.length === 1 ? 'it' : 'one of them'} dies, until it is back. Give ${lone.length === 1 ? 'it a replica' : 'them replicas'} first.`;
  return [{ code: 'targetWithoutReplica', text }];
}

function warnOfGuesses({ moves, measurements }: MoveCase): PlanWarning[] {
  if (!measurements) return [];
  const sources = [...new Set(moves.map(({ source }) => source))];
  const bytesBy = (how: 'sampled' | 'spread'): string =>
    joinSome(sources.filter(({ id }) => measurements.sources[id]?.bytes === how).map(({ address }) => address));
  const loadSpread = joinSome(
    sources.filter(({ id }) => measurements.sources[id]?.load === 'spread').map(({ address }) => address),
  );
  const [sampled, spread] = [bytesBy('sampled'), bytesBy('spread')];
  const parts = [
    ...(sampled ? [`the bytes of ${sampled} are reckoned from a sample of keys`] : []),
    ...(spread ? [`the bytes of ${spread} are its total, spread over the slots by keys`] : []),
    ...(loadSpread ? [`the load of ${loadSpread} is its total, spread over the slots by keys`] : []),
  ];
  if (parts.length === 0) return [];
  return [{ code: 'measuresEstimated', text: `Not all was measured slot by slot: ${parts.join('; ')}.` }];
}
