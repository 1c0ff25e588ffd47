import { setTimeout as wait } from 'node:timers/promises';
import { ClusterConnections } from '../connection/clusterConnections';
import { testConnection } from '../connection/diagnosis/testConnection';
import type { ConnectionTest, TestConnectionOptions } from '../connection/diagnosis/types';
import type { ConnectOptions, NodeConnection, ObserveOptions, Observer, ServerCapabilities } from '../connection/types';
import { measureSlots, type MeasureOptions } from '../migration/measure/measureSlots';
import { measureSlotFigures, type SlotFigureOptions, type SlotFigures } from '../migration/measure/slotFigures';
import type { CommandNature } from '../plan/command/commandNature';
import type { GivenWord } from '../plan/command/commandText';
import type { ConfigReading } from '../plan/config/reading';
import type { SlotInspection } from '../plan/fix/inspection';
import type { ImportFacts } from '../plan/import/importFacts';
import { chooseNodes } from '../plan/nodeChoice';
import type { SlotMeasurements } from '../plan/slots/measurements';
import type { Plan } from '../plan/types';
import type { Topology } from '../topology/types';
import { readConnectedClients, type ConnectedClients } from './activity/connectedClients';
import { readNodeDetails, type NodeDetails } from './activity/nodeDetails';
import { readSlowCommands, type SlowCommands } from './activity/slowCommands';
import { backupCluster, predictBackup } from './backup/backupCluster';
import type { BackupNodes, BackupOptions, BackupPrediction, BackupReport } from './backup/types';
import { ClientClaims } from './clientClaims';
import { checkCluster } from './check/checkCluster';
import type { CheckOptions, CheckReport } from './check/types';
import { commandDocs, type CommandDoc } from './command/commandDocs';
import { commandNature } from './command/commandNature';
import { runCommand, type RunCommandOptions } from './command/runCommand';
import { readConfig, type ReadConfigOptions } from './config/readConfig';
import { ElectionHistory } from './electionHistory';
import type { ObservableNodes } from './followedNodes';
import { inspectImportSource } from './inspect/inspectImportSource';
import { inspectSlots, type InspectSlotsOptions } from './inspect/inspectSlots';
import { measureFailover, type FailoverMeasurements } from './measureFailover';
import { nodeIdsOf } from './planNodes';
import { runPlan } from './runPlan';
import type { Journal, NodeOutcome, Operation, PlanRunner, RunOptions, SourceLogin } from './types';

/** One cluster, or the nodes of one that is to be: looks at it and carries plans out. */
export interface ClusterClient extends Observer, PlanRunner {
  /** One topology from every reachable node's view. A node that does not answer is in it, with the reason. */
  observe(options?: ObserveOptions): Promise<Topology>;
  /** Returns at once; `finished` tells how it went. */
  run(plan: Plan, options?: RunOptions): Operation;
  /** The connection to one node, opened when it is first used. */
  node(address: string): NodeConnection;
  /** What a server can do, asked from itself. */
  capabilities(address: string): Promise<ServerCapabilities>;
  /** What `planFailover` needs beyond the topology; `journal` adds what other processes did. Changes nothing. */
  measureFailover(options?: { journal?: Journal }): Promise<FailoverMeasurements>;
  /** Looks for everything that is wrong, or may become so; `health` of a look finds what can be seen without asking more. Changes nothing. */
  check(options?: CheckOptions): Promise<CheckReport>;
  /** Tries every step to every node, over connections of its own: addresses, TLS, signing in, rights. Changes nothing. */
  testConnection(options?: TestConnectionOptions): Promise<ConnectionTest>;
  /** What plans that move slots need beyond the topology: keys, sizes, load, big keys, engines. Changes nothing. */
  measureSlots(options?: MeasureOptions): Promise<SlotMeasurements>;
  /** One figure of every slot, for a picture: from those masters that can tell. Changes nothing. */
  measureSlotFigures(options: SlotFigureOptions): Promise<SlotFigures>;
  /** What `planFix` needs beyond the topology: what the nodes say of slots that are not right, and whose keys they hold. Changes nothing. */
  inspectSlots(options?: InspectSlotsOptions): Promise<SlotInspection>;
  /** What `planImport` needs beyond the topology: what a server outside holds, and whether the masters can take it. Changes nothing. */
  inspectImportSource(options: InspectImportOptions): Promise<ImportFacts>;
  /** What `planSetConfig` shows as before: settings of nodes, without secret ones. Changes nothing. */
  readConfig(options?: ReadConfigOptions): Promise<ConfigReading>;
  /** What a command means, asked from the nodes: whether it only reads, needs a plan, or is not run from here. Changes nothing. */
  inspectCommand(words: readonly GivenWord[], options?: Omit<RunCommandOptions, 'confirmed'>): Promise<CommandNature>;
  /** Runs a command that only reads on nodes: each one's reply. What changes something is refused: it needs `planRunCommand`. */
  runCommand(words: readonly GivenWord[], options?: RunCommandOptions): Promise<NodeOutcome[]>;
  /** The commands a node has, sorted by name: of the first that tells them. */
  listCommands(options?: { signal?: AbortSignal }): Promise<CommandDoc[]>;
  /** The slow log of a node, without any value a client sent. Changes nothing. */
  slowCommands(address: string, options?: { signal?: AbortSignal }): Promise<SlowCommands>;
  /** Who is connected to a node. Changes nothing. */
  connectedClients(address: string, options?: { signal?: AbortSignal }): Promise<ConnectedClients>;
  /** What a node tells of itself for reading: INFO, times, slow log, clients; a part it refuses says so. Changes nothing. */
  nodeDetails(address: string, options?: { signal?: AbortSignal }): Promise<NodeDetails>;
  /** What `backup` would do: from which nodes, and what to know before. Changes nothing. */
  predictBackup(options: BackupOptions): Promise<BackupPrediction>;
  /**
   * Writes the data of every shard to RDB files with a manifest, fetched as a new replica would: servers fork, no key is
   * changed. No operation runs on its nodes meanwhile. See `backupCluster` for how it fails.
   */
  backup(options: BackupOptions): Promise<BackupReport>;
  /** Cancels what runs, waits until it is put back (at most 20 s), then closes every connection. Never throws. */
  close(): Promise<void>;
}

/** The server keys shall come from; `run` wants the login again. */
export interface InspectImportOptions extends SourceLogin {
  /** `host:port` */
  address: string;
  signal?: AbortSignal;
}

/** Dials nothing yet. Throws a ClusterError for an address, a name or TLS options that cannot be used. */
export function connect(options: ConnectOptions): ClusterClient {
  return new ConnectedClient(new ClusterConnections(options));
}

const closeTimeoutMilliseconds = 20_000;

class ConnectedClient implements ClusterClient {
  readonly #connections: ClusterConnections;
  readonly #running = new Set<Operation>();
  readonly #claims = new ClientClaims();
  readonly #elections = new ElectionHistory();
  readonly #nodes: ObservableNodes;

  constructor(connections: ClusterConnections) {
    this.#connections = connections;
    this.#nodes = {
      options: connections.options,
      elections: this.#elections,
      node: address => connections.node(address),
      open: address => connections.open(address),
      capabilities: address => connections.capabilities(address),
      observe: () => this.observe(),
    };
  }

  async observe(options?: ObserveOptions): Promise<Topology> {
    const topology = await this.#connections.observe(options);
    this.#elections.note(topology);
    return topology;
  }

  run(plan: Plan, options?: RunOptions): Operation {
    const nodeIds = nodeIdsOf(plan);
    const operation = runPlan(plan, this.#nodes, options, this.#claims.rivalOf(nodeIds));
    this.#running.add(operation);
    const release = this.#claims.note({ operationId: operation.id, title: plan.title, nodeIds }, operation.startedAt);
    const forget = (): void => {
      this.#running.delete(operation);
      release();
    };
    operation.finished.then(forget, forget);
    return operation;
  }

  node(address: string): NodeConnection {
    return this.#connections.node(address);
  }

  capabilities(address: string): Promise<ServerCapabilities> {
    return this.#connections.capabilities(address);
  }

  async measureFailover({ journal }: { journal?: Journal } = {}): Promise<FailoverMeasurements> {
    return measureFailover(await this.observe(), this.#nodes, await journal?.history());
  }

  async check(options?: CheckOptions): Promise<CheckReport> {
    const report = await checkCluster(this.#connections, options);
    this.#elections.note(report.topology);
    return report;
  }

  testConnection(options?: TestConnectionOptions): Promise<ConnectionTest> {
    return testConnection(this.#connections.options, options);
  }

  async measureSlots(options: MeasureOptions = {}): Promise<SlotMeasurements> {
    return measureSlots(await this.observe(options.signal && { signal: options.signal }), this.#nodes, options);
  }

  async measureSlotFigures(options: SlotFigureOptions): Promise<SlotFigures> {
    return measureSlotFigures(await this.observe(options.signal && { signal: options.signal }), this.#nodes, options);
  }

  async inspectSlots(options: InspectSlotsOptions = {}): Promise<SlotInspection> {
    return inspectSlots(await this.observe(options.signal && { signal: options.signal }), this.#nodes, options);
  }

  async inspectImportSource({ address, signal, ...login }: InspectImportOptions): Promise<ImportFacts> {
    return inspectImportSource(address, login, await this.observe(signal && { signal }), this.#nodes, signal);
  }

  async readConfig(options: ReadConfigOptions = {}): Promise<ConfigReading> {
    return readConfig(await this.#look(options.signal), this.#nodes, options);
  }

  async inspectCommand(words: readonly GivenWord[], options: RunCommandOptions = {}): Promise<CommandNature> {
    const chosen = chooseNodes(await this.#look(options.signal), options.nodes);
    return commandNature(chosen, this.#nodes, words, options.signal);
  }

  async runCommand(words: readonly GivenWord[], options: RunCommandOptions = {}): Promise<NodeOutcome[]> {
    return runCommand(await this.#look(options.signal), this.#nodes, words, options);
  }

  async listCommands({ signal }: { signal?: AbortSignal } = {}): Promise<CommandDoc[]> {
    return commandDocs(await this.#look(signal), this.#nodes, signal);
  }

  slowCommands(address: string, { signal }: { signal?: AbortSignal } = {}): Promise<SlowCommands> {
    return readSlowCommands(this.node(address), signal);
  }

  connectedClients(address: string, { signal }: { signal?: AbortSignal } = {}): Promise<ConnectedClients> {
    return readConnectedClients(this.node(address), signal);
  }

  nodeDetails(address: string, { signal }: { signal?: AbortSignal } = {}): Promise<NodeDetails> {
    return readNodeDetails(this.node(address), signal);
  }

  predictBackup(options: BackupOptions): Promise<BackupPrediction> {
    return predictBackup(this.#backupNodes(), options);
  }

  backup(options: BackupOptions): Promise<BackupReport> {
    return backupCluster(this.#backupNodes(), options);
  }

  onConnectionClosed(listener: (address: string) => void): () => void {
    return this.#connections.onConnectionClosed(listener);
  }

  async close(): Promise<void> {
    const running = [...this.#running];
    for (const operation of running) operation.cancel();
    if (running.length > 0) {
      const timeUp = new AbortController();
      await Promise.race([
        Promise.allSettled(running.map(({ finished }) => finished)),
        wait(closeTimeoutMilliseconds, undefined, { signal: timeUp.signal }).catch(() => undefined),
      ]);
      timeUp.abort();
    }
    this.#connections.close();
  }

  #look(signal: AbortSignal | undefined): Promise<Topology> {
    return this.observe(signal && { signal });
  }

  #backupNodes(): BackupNodes {
    return {
      node: address => this.#connections.node(address),
      receiveRdb: (address, write, options) => this.#connections.receiveRdb(address, write, options),
      observe: options => this.observe(options),
      lock: (claim, journal) => this.#claims.take(claim, journal),
    };
  }
}
