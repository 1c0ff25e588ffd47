import type { Address } from '../../topology/address';
import { parseClusterShards } from '../../topology/parseClusterShards';
import { parseServerInfo } from '../../topology/parseInfo';
import type { NodeLine, ServerInfo } from '../../topology/types';
import { LatencyWatch } from '../latencyWatch';
import { Pace } from '../pace';
import type { Member, Transfer, TransferContext } from '../types';
import { accepted, End } from './end';
import { lookAtEnd, type EndLook } from './lookAtEnd';

/** Source and target of a move, and all that is known of the way between them. */
export interface Pair {
  readonly transfer: Transfer;
  readonly context: TransferContext;
  readonly source: End;
  readonly target: End;
  readonly pace: Pace;
  /** The shorter one of both ends. */
  readonly nodeTimeoutMilliseconds: number;
  /** Everything the source holds. */
  readonly sourceBytes: number;
  /** Of both ends, before anything was changed. */
  readonly looks: { source: EndLook; target: EndLook };
  /** The target counts and lists keys only of slots that it owns or imports: Redis 8.4 and newer (cluster.c). */
  readonly hidesKeys: boolean;
  /**
   * Address or id of a node that failed, was the target before, and may have slots open in its own file. When it hears that
   * the source has given such a slot away, Valkey 8 and newer raises its epoch above all others, with all the slots it had.
   */
  readonly mayUsurp: string | undefined;
  /** The target takes many slots in one transaction. */
  readonly takesTogether: boolean;
  /** Where the source reaches the target. */
  readonly targetAddress: Address;
  /** `AUTH ...` for MIGRATE; emptied when the target wants none. */
  credentials: readonly string[];
  /** Keys at both ends of which the source's replaced the target's. */
  replaced: number;
  /** The way to the source and back, as far as it is known. */
  roundTripMilliseconds(): number;
  close(): void;
}

/** What servers have unless it was changed; taken where it may not be read. */
const DEFAULT_NODE_TIMEOUT_MILLISECONDS = 15_000;
/** Enough to hide the replicas' answers; more connections gain nothing. */
const SETTERS_AT_ONCE = 32;

/** Asks both ends what the move depends on; changes nothing. Rejects with a ClusterError; leaves no connection then. */
export async function openPair(transfer: Transfer, context: TransferContext): Promise<Pair> {
  const { nodes, latencyMilliseconds } = context;
  const opened: { close(): void }[] = [];
  const close = (): void => opened.forEach(each => each.close());
  try {
    const first = await Promise.all(
      [transfer.source, transfer.target].map(async ({ address }) => readSettings(address, nodes.node(address))),
    );
    const { clusterMigration: hidesKeys } = await nodes.capabilities(transfer.target.address);
    const nodeTimeoutMilliseconds = Math.min(...first.map(({ nodeTimeout }) => nodeTimeout));
    // One that is silent for longer is taken for failed by the others, too.
    const deadline = Math.max(10_000, 2 * nodeTimeoutMilliseconds + 5000);
    const endOf = (member: Member): End => {
      const end = new End(member, () => nodes.open(member.address), deadline);
      opened.push(end);
      return end;
    };
    const [source, target] = [endOf(transfer.source), endOf(transfer.target)];
    source.settersAtOnce = settersOf(first[0]!.info);
    target.settersAtOnce = settersOf(first[1]!.info);
    const [sourceLook, targetLook] = await Promise.all(
      [source, target].map(end => lookAtEnd(end, [], { lane: 0 }, { count: false })),
    );
    const looks = { source: sourceLook!, target: targetLook! };
    const targetAddress = await findTargetAddress(looks.source, { source, target }, first[0]!.tlsCluster, context);
    const watched = latencyMilliseconds > 0 ? [source, target].map(({ address }) => nodes.open(address)) : [];
    const watch = new LatencyWatch(watched);
    opened.push(watch);
    return {
      transfer,
      context,
      source,
      target,
      pace: new Pace(latencyMilliseconds, watch),
      nodeTimeoutMilliseconds,
      sourceBytes: first[0]!.info.usedMemoryBytes,
      looks,
      hidesKeys,
      mayUsurp: first[1]!.info.flavour === 'valkey' ? failedFormer(transfer.target, looks.target) : undefined,
      takesTogether: first[1]!.info.flavour === 'redis' && !hidesKeys && (await mayQueue(target)),
      targetAddress,
      credentials: credentialsOf(context),
      replaced: 0,
      roundTripMilliseconds: () => watch.roundTripMilliseconds(0),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A user who may not queue commands would have them carried out one by one. */
async function mayQueue(target: End): Promise<boolean> {
  const replies = await target.texts([['MULTI'], ['DISCARD']], { lane: 0 });
  return replies.every(reply => reply === 'OK');
}

function failedFormer({ formerIds = [] }: Transfer['target'], { lines }: EndLook): string | undefined {
  const failed = lines.find(({ id, flags }) => formerIds.includes(id) && flags.includes('fail'));
  return failed && `${failed.host}:${failed.port}`;
}

interface Settings {
  info: ServerInfo;
  nodeTimeout: number;
  tlsCluster: boolean | undefined;
}

async function readSettings(
  address: string,
  connection: ReturnType<TransferContext['nodes']['node']>,
): Promise<Settings> {
  const [info, timeout, tls] = await connection.pipeline([
    ['INFO'],
    ['CONFIG', 'GET', 'cluster-node-timeout'],
    ['CONFIG', 'GET', 'tls-cluster'],
  ]);
  const [text] = accepted([info!]);
  const nodeTimeout = Array.isArray(timeout) ? Number(timeout[1]) : NaN;
  return {
    info: parseServerInfo(String(text), address),
    nodeTimeout: nodeTimeout > 0 ? nodeTimeout : DEFAULT_NODE_TIMEOUT_MILLISECONDS,
    tlsCluster: Array.isArray(tls) && tls.length > 1 ? tls[1] === 'yes' : undefined,
  };
}

/** Valkey 8 and newer answers a SETSLOT when the replicas have it (cluster_legacy.c: clusterCommandSetSlot). */
function settersOf({ flavour, version, replicas }: ServerInfo): number {
  return flavour === 'valkey' && Number.parseInt(version, 10) >= 8 && replicas.length > 0 ? SETTERS_AT_ONCE : 1;
}

/**
 * The source connects by itself, to the address the cluster announces, whatever this computer dials; with TLS exactly
 * when its tls-cluster says so, whatever this connection uses (cluster.c: migrateCommand).
 */
async function findTargetAddress(
  { lines }: EndLook,
  { source, target }: { source: End; target: End },
  tlsCluster: boolean | undefined,
  { nodes }: TransferContext,
): Promise<Address> {
  const line: NodeLine | undefined = lines.find(({ id }) => id === target.id);
  // judgeSlots says that it is unknown.
  if (!line) return { host: '', port: 0 };
  const { host, port } = line;
  const usesTls = nodes.options.tls !== undefined;
  if (tlsCluster === undefined || tlsCluster === usesTls) return { host, port };
  // The port of the other kind is in CLUSTER SHARDS alone.
  const [shards] = accepted(await source.texts([['CLUSTER', 'SHARDS']], { lane: 0 }));
  const shard = parseClusterShards(shards, source.address).flatMap(each => each.nodes);
  const entry = shard.find(({ id }) => id === target.id);
  return { host, port: (tlsCluster ? entry?.tlsPort : entry?.port) ?? port };
}

function credentialsOf({ nodes }: TransferContext): string[] {
  const { username, password } = nodes.options;
  if (username) return ['AUTH2', username, password ?? ''];
  return password ? ['AUTH', password] : [];
}
