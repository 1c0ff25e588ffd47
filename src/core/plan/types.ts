import type { NodeRole } from '../topology/types';

/** Names a node for people (`address`) and for verification (`id`). */
export interface NodeRef {
  id: string;
  address: string;
}

/** A node as a plan found it or will leave it. */
export interface PlannedNode extends NodeRef {
  role: NodeRole | 'spare';
  /** Address of the master it replicates. */
  master?: string;
  /** `0-5460`, empty for replicas and spares. */
  slots: string;
  hostLabel: string;
  /** False when it did not answer as the plan was made; else absent. */
  reachable?: false;
  /** Where the plan moves slots and they were counted: keys in them, and their estimated bytes. Masters only. */
  keys?: number;
  bytes?: number;
}

/** The cluster before and after, for the preview. */
export interface Picture {
  nodes: PlannedNode[];
}

/** How well a placement survives the loss of a host; 0 everywhere is best. */
export interface PlacementScore {
  /** Replicas on the host of their own master. */
  replicasOnMastersHost: number;
  /** Replicas on a host that holds another replica of the same master already. */
  replicasSharingHost: number;
  /** Most masters on one host minus the fewest on any host that holds nodes. */
  masterSpread: number;
  /** Hosts whose loss leaves less than a majority of the masters, and so no automatic failover (with 4 masters: 2 lost). */
  hostsHoldingMajority: string[];
  /** 10000, 100 and 1 per fault, in the order above (a majority host counts 1000). */
  total: number;
}

export interface PlanWarning {
  code: string;
  /** A whole sentence. */
  text: string;
}

/** What a plan can cost: `none`, writes that stop for a moment, or data. */
export type PlanRisk = 'none' | 'interruptsWrites' | 'losesData';

/** `graceful`: the old master hands over and nothing is lost. `force`: without it. `takeover`: without a majority, too. */
export type FailoverMode = 'graceful' | 'force' | 'takeover';

/** Who takes over from whom. */
export interface FailoverRoles {
  replica: NodeRef;
  master: NodeRef;
  /** `0-5460`; empty when the master has none. */
  slots: string;
  mode: FailoverMode;
}

/**
 * How slots change their master: `classic` (SETSLOT and MIGRATE, every server), `migrateSlots` (Valkey 9 and newer),
 * `migrationImport` (Redis 8.4 and newer).
 */
export type MigrationEngine = 'classic' | 'migrateSlots' | 'migrationImport';

/** Slots on their way from one master to another. */
export interface SlotMove {
  source: NodeRef;
  target: NodeRef;
  /** `0-100,5461` */
  slots: string;
  engine: MigrationEngine;
  /** As counted when the plan was made; absent when they were not. */
  keys?: number;
  /** Estimated. */
  bytes?: number;
}

/** Keys at a node that does not own their slot, on their way to the one that does. */
export interface StrayMove {
  holder: NodeRef;
  owner: NodeRef;
  /** `0-100,5461` */
  slots: string;
  /** As counted when the plan was made; absent where they do not show before the slot is open. */
  keys?: number;
}

/** Which copy counts of a key that several nodes hold with other contents. */
export interface CollisionChoice {
  slot: number;
  database: number;
  /** Its bytes in base64, and readable. */
  key: string;
  name: string;
  keep: NodeRef;
  drop: NodeRef[];
  /** SHA-1 of each DUMP the choice was made from; empty when none could be read. A copy that has changed since is kept. */
  digests: string[];
}

/** A setting of a node and what a plan makes of it. Never a secret one. */
export interface SettingChange {
  node: NodeRef;
  name: string;
  /** As it was read when the plan was made; absent where it was not. */
  before?: string;
  after: string;
}

/** A word of a command: text, or bytes that are no text. */
export type CommandWord = string | { base64: string };

/** Keys of one database of a server outside, and the one of the cluster they go to. */
export interface DatabasePair {
  source: number;
  target: number;
}

/** Keys on their way from a server outside into the cluster. */
export interface KeyCopy {
  nodes: NodeRef[];
  /** `host:port`; how to sign in there is given to `run`, and stands in no plan. */
  source: string;
  databases: DatabasePair[];
  /** As of SCAN MATCH. */
  pattern?: string;
  latencyMilliseconds: number;
  keys: number;
}

/** Every step says in `text` what it does, to which nodes. More kinds join with more plans. */
export type PlanStep =
  | { kind: 'checkEmptyNodes'; text: string; nodes: NodeRef[] }
  | {
      kind: 'lowerSetting';
      text: string;
      nodes: NodeRef[];
      parameter: string;
      value: string;
    }
  | { kind: 'setConfigEpochs'; text: string; epochs: { node: NodeRef; epoch: number }[] }
  | { kind: 'assignSlots'; text: string; assignments: { node: NodeRef; slots: string }[] }
  | { kind: 'shareFunctions'; text: string; nodes: NodeRef[] }
  /**
   * Every hub meets every other node; with all nodes as hubs this is the full mesh. With `joiners`, nodes that join a
   * cluster, only links from and to them count: the others have theirs.
   */
  | { kind: 'meet'; text: string; nodes: NodeRef[]; hubs: NodeRef[]; joiners?: NodeRef[] }
  | { kind: 'replicate'; text: string; replicas: { node: NodeRef; master: NodeRef }[] }
  | {
      kind: 'awaitAgreement';
      text: string;
      nodes: NodeRef[];
      masters: { node: NodeRef; slots: string }[];
      replicas: { node: NodeRef; master: NodeRef }[];
    }
  /** Every known reason why the failover could fail, looked at on all nodes. `next`: the step that relies on it. */
  | ({ kind: 'checkFailover'; text: string; nodes: NodeRef[]; next: 'awaitCooldown' | 'failOver' } & FailoverRoles)
  /** Until the replica has forgotten its last election. `untilMilliseconds` since 1970; never longer than `waitMilliseconds`. */
  | { kind: 'awaitCooldown'; text: string; replica: NodeRef; untilMilliseconds: number; waitMilliseconds: number }
  | ({ kind: 'failOver'; text: string } & FailoverRoles)
  /** `siblings`: the other replicas of the shard. `epoch`: the old master's config epoch, which the new one's has to exceed. */
  | ({ kind: 'awaitRoles'; text: string; nodes: NodeRef[]; siblings: NodeRef[]; epoch: number } & FailoverRoles)
  /**
   * Looks whether members may change now: a majority answers, no slot is open or on its way in `touched` (ids of the nodes
   * whose shards the plan changes), joiners are still empty, alone (or empty members already) and fit in, and nothing
   * follows a leaver that the plan does not move away first.
   */
  | {
      kind: 'checkMembers';
      text: string;
      nodes: NodeRef[];
      touched: NodeRef[];
      joiners: NodeRef[];
      leavers: NodeRef[];
    }
  /** Until every replica has its link up, has caught up with its master, and all of `nodes` that answer know its role. */
  | { kind: 'awaitSync'; text: string; nodes: NodeRef[]; replicas: { node: NodeRef; master: NodeRef }[] }
  /**
   * Takes a living node out of use (CLUSTER RESET HARD): a replica loses its copy, a master must have neither slots nor
   * keys. Refused while another node of the plan sees it with slots or with a replica. With `deletesKeys` its keys and
   * slots go too: planned only for a node that no other one lists any more.
   */
  | { kind: 'resetNode'; text: string; node: NodeRef; deletesKeys?: true }
  /** All of `nodes` forget `node` at once, inside the ban time. Those that could not be told are named in a note. */
  | { kind: 'forget'; text: string; node: NodeRef; nodes: NodeRef[] }
  /**
   * Until the bans of `forget` have run out, and nobody lists `node` again; who does is told once more. The ban is as long
   * as the servers say, 60 s by default, or `waitMilliseconds`.
   */
  | { kind: 'awaitForgotten'; text: string; node: NodeRef; nodes: NodeRef[]; waitMilliseconds?: number }
  /**
   * Looks whether slots may move now: a majority answers, every source still owns its slots, no slot is open that another
   * operation opened, targets are masters that answer, are not full and hold no stray keys of these slots, and source and
   * target can log in to each other as the engine needs it.
   */
  | { kind: 'checkMoves'; text: string; nodes: NodeRef[]; moves: SlotMove[] }
  /**
   * Moves slots, disjoint pairs side by side. `latencyMilliseconds`: what clients may feel of it at p99, 0 = no bound. A
   * replica that took over from a source or target meanwhile stands in for it.
   */
  | { kind: 'moveSlots'; text: string; nodes: NodeRef[]; moves: SlotMove[]; latencyMilliseconds: number }
  /** Until every node that answers calls these masters the owners of these slots. */
  | { kind: 'awaitOwners'; text: string; nodes: NodeRef[]; owners: { node: NodeRef; slots: string }[] }
  /**
   * Looks whether the slots are still as they were when the fix was planned: who claims them, where they are open
   * (`sayings`: a hash of that), and that no server moves slots on its own account.
   */
  | { kind: 'checkFix'; text: string; nodes: NodeRef[]; slots: string; sayings: string }
  /** Masters give up what they claim and shall not own, before the owner is made sure of: losing it they would delete its keys. */
  | { kind: 'releaseSlots'; text: string; releases: { node: NodeRef; owner: NodeRef; slots: string }[] }
  /** Masters claim slots with a new config epoch, one each. */
  | { kind: 'claimSlots'; text: string; claims: { node: NodeRef; slots: string }[] }
  /** Masters that see another owner are told. */
  | { kind: 'tellOwners'; text: string; nodes: NodeRef[]; owners: { node: NodeRef; slots: string }[] }
  /** Deletes the copies that were not chosen, where both ends of a move are to go on. */
  | { kind: 'settleCollisions'; text: string; choices: CollisionChoice[] }
  /** Keys go home to the owners, and the slots are closed at both ends. `rule`: whose copy counts where there is no choice. */
  | {
      kind: 'moveStrays';
      text: string;
      nodes: NodeRef[];
      strays: StrayMove[];
      choices: CollisionChoice[];
      rule?: 'owner' | 'other';
    }
  /** Slots of which no keys are on their way are closed. `via`: the master of a replica, which tells it. */
  | { kind: 'closeSlots'; text: string; closings: { node: NodeRef; via?: NodeRef; slots: string }[] }
  /** Gives masters with the same config epoch different ones. `nodes`: all masters. */
  | { kind: 'separateEpochs'; text: string; nodes: NodeRef[]; collided: NodeRef[][] }
  /**
   * Sets settings with CONFIG SET, at one node first: a value that one does not take is tried nowhere else. A node that cannot
   * be asked or may not do it is named, and the others go on. `rewrite`: each writes it to its configuration file too.
   */
  | {
      kind: 'setConfig';
      text: string;
      nodes: NodeRef[];
      settings: { name: string; value: string }[];
      rewrite: boolean;
    }
  /** Sends a command to each node once: never again to one that may have got it, also after an interruption. */
  | { kind: 'runCommand'; text: string; nodes: NodeRef[]; words: CommandWord[] }
  /** Looks whether a server outside can be read, and all masters can take its keys. `source`: `host:port`. */
  | { kind: 'checkImport'; text: string; nodes: NodeRef[]; source: string; databases: DatabasePair[] }
  /** Copies keys into the cluster; the source is never written to. `keys`: as counted when the plan was made, of any name. */
  | ({ kind: 'copyKeys'; text: string; conflict: 'stop' | 'skip' | 'replace' } & KeyCopy)
  /** Looks for every key of the source in the cluster, and compares every `every`-th one; what differs is noted. */
  | ({ kind: 'verifyCopies'; text: string; every: number } & KeyCopy)
  /** Puts back what `lowerSetting` changed, to the values that were read just before. */
  | { kind: 'restoreSettings'; text: string; nodes: NodeRef[] };

export type PlanKind =
  | 'create'
  | 'failover'
  | 'replaceNode'
  | 'addNode'
  | 'removeNode'
  | 'moveReplica'
  | 'balanceRoles'
  | 'reshard'
  | 'balanceSlots'
  | 'fix'
  | 'import'
  | 'setConfig'
  | 'runCommand';

/** Data: shown, exported, journaled and tested as it is. */
export interface Plan {
  formatVersion: 1;
  kind: PlanKind;
  /** `Create a cluster of 3 masters and 3 replicas`. */
  title: string;
  /** Of the topology it was made from; running it against another state is refused. */
  stateId: string;
  steps: PlanStep[];
  before: Picture;
  after: Picture;
  warnings: PlanWarning[];
  risk: PlanRisk;
  /** Where the plan mends something: what was found and what becomes of it, whole sentences. */
  findings?: string[];
  /** Where the plan sets settings: each node's, before and after. */
  settings?: SettingChange[];
  placement?: PlacementScore;
  /** Where the plan is about a better placement: what it was before. */
  placementBefore?: PlacementScore;
  /** Where slots move: how long that will take at the pace that was measured or assumed. */
  estimateSeconds?: number;
}
