/** What the outside may use of the management core: the extension, the demo, the benchmarks and users' scripts. */
export { connect, type ClusterClient, type InspectImportOptions } from './operation/clusterClient';
export type { FailoverMeasurements } from './operation/measureFailover';
export type {
  Checked,
  CheckOptions,
  CheckProgress,
  CheckReport,
  CheckSubject,
  NotChecked,
} from './operation/check/types';
export { MigrationError, type MigrationErrorCode } from './migration/migrationError';
export type { MeasureOptions } from './migration/measure/measureSlots';
export type {
  BackupManifest,
  BackupOptions,
  BackupPrediction,
  BackupProgress,
  BackupReport,
  ShardBackup,
} from './operation/backup/types';
export { withDirectoryMutex } from './operation/directoryMutex';
export { openJournal, type Journal, type JournaledOperation } from './operation/journal';
export type { NodeHolder } from './operation/types';
export { groupOutcomes, type OutcomeGroup } from './operation/groupOutcomes';
export type { CommandDoc } from './operation/command/commandDocs';
export type { RunCommandOptions } from './operation/command/runCommand';
export type { ConnectedClient, ConnectedClients } from './operation/activity/connectedClients';
export type { SlowCommand, SlowCommands } from './operation/activity/slowCommands';
export type { CommandTimes, LatencySpike, NodeTimes } from './operation/activity/commandTimes';
export type { InfoField, InfoSection } from './operation/activity/infoSections';
export type { NodeDetails, Told } from './operation/activity/nodeDetails';
export type { ReadConfigOptions } from './operation/config/readConfig';
export { OperationError, StalePlanError, LockedError } from './operation/operationError';
export type {
  NodeOutcome,
  Operation,
  OperationProgress,
  OperationResult,
  OperationState,
  RunOptions,
  SourceLogin,
} from './operation/types';

export { planCreate, type CreateRequest } from './plan/planCreate';
export { planFailover, type FailoverRequest } from './plan/planFailover';
export { planReplaceNode, type ReplaceNodeRequest } from './plan/planReplaceNode';
export { planAddNode, type AddNodeRequest } from './plan/planAddNode';
export { planRemoveNode, type RemoveNodeRequest } from './plan/planRemoveNode';
export { planMoveReplica, type MoveReplicaRequest } from './plan/planMoveReplica';
export { planReshard, slotsRefusal, type ReshardRequest } from './plan/planReshard';
export { planDrain, type DrainRequest } from './plan/planDrain';
export { planBalanceSlots } from './plan/planBalanceSlots';
export type { BalanceSlotsRequest } from './plan/slots/balanceAim';
export type { BigKey, MeasurementSource, SlotMeasure, SlotMeasurements } from './plan/slots/measurements';
export type { SlotFigure, SlotFigureOptions, SlotFigures } from './migration/measure/slotFigures';
export { planSetConfig, type SetConfigRequest } from './plan/config/planSetConfig';
export { settingLines } from './plan/config/settingLines';
export { settingDifferences, type SettingDifference } from './plan/config/settingDifferences';
export type { ConfigReading } from './plan/config/reading';
export { knownValues } from './plan/config/knownValues';
export { isSecretSetting } from './plan/config/secretSettings';
export { planRunCommand, type RunCommandRequest } from './plan/command/planRunCommand';
export { parseCommandLine } from './plan/command/parseCommandLine';
export { refuseCommand } from './plan/command/commandRules';
export { commandLine, shortCommandLine, type GivenWord } from './plan/command/commandText';
export type { CommandNature } from './plan/command/commandNature';
export { chooseNodes, choiceText, type NodeChoice } from './plan/nodeChoice';
export { planFix, type FixRequest } from './plan/fix/planFix';
export type { KeyCollision, KeyCopy, SlotInspection } from './plan/fix/inspection';
export { planImport } from './plan/import/planImport';
export type { ImportRequest } from './plan/import/importRequest';
export type { ImportFacts, ImportSource, ImportTarget } from './plan/import/importFacts';
export { planBalanceRoles } from './plan/balance/planBalanceRoles';
export type { BalanceRolesRequest } from './plan/balance/balanceCase';
export { rankReplicas, type RankedReplica } from './plan/failover/rankReplicas';
export { PlanError } from './plan/planError';
export { describePlan } from './plan/describePlan';
export { planCommands } from './plan/planCommands';
export { markdownCode, markdownTable, plainMarkdown } from './plan/markdownText';
export { planMarkdown } from './plan/planMarkdown';
export { topologyAfter } from './plan/topologyAfter';
export type {
  FailoverMode,
  MigrationEngine,
  NodeRef,
  Picture,
  PlacementScore,
  Plan,
  PlanRisk,
  PlanStep,
  PlannedNode,
  PlanWarning,
  SettingChange,
  SlotMove,
} from './plan/types';

export { health } from './health/health';
export { problemsWithCheck } from './health/check/problemsWithCheck';
export type { CheckFinding, FixKind, OpenSlotForm } from './health/check/types';
export { restartRisk, type RestartRisk } from './health/persistence';
export { resilience, resilienceDomains, resilienceOf } from './health/resilience';
export type { DomainSubject, Loss, LossSubject, Mend, ShardFate } from './health/resilienceTypes';
export type { Health, HealthStatus, Problem } from './health/types';

export { SLOT_COUNT, SlotSet, type SlotRange } from './topology/slotSet';
export { ClusterError } from './topology/clusterError';
export { whatOf } from './operation/whatOf';
export { formatAddress, parseAddress, type Address } from './topology/address';
export { MalformedReplyError } from './topology/malformedReplyError';
export { parseClusterNodes } from './topology/parseClusterNodes';
export { parseClusterShards } from './topology/parseClusterShards';
export { parseClusterInfo, parseServerInfo } from './topology/parseInfo';
export { mergeLooks, type MergeOptions } from './topology/mergeLooks';
export { diffTopologies, type TopologyEvent } from './topology/diffTopologies';
export { servingShards } from './topology/lineage';
export type {
  ClusterInfo,
  ClusterNode,
  Disagreement,
  Flavour,
  Look,
  NodeLine,
  NodeRole,
  NodeStatus,
  NodeView,
  OpenSlot,
  ServerInfo,
  Shard,
  Topology,
} from './topology/types';

export { ConnectionError, ServerReplyError } from './connection/connectionError';
export { abortable } from './connection/deadline';
export { formatDialled, parseDialled, type SocketPath } from './connection/dialledAddress';
export { explainAnnounced } from './connection/diagnosis/explainAnnounced';
export { ruleThatSuffices, shortfallOf } from './connection/diagnosis/tellPermissions';
export type {
  CertificateFacts,
  ConnectionTest,
  NodeTest,
  PermissionFindings,
  TestStep,
  UnreachableAddress,
} from './connection/diagnosis/types';
export type { SshOptions, UnknownHost } from './connection/tunnel/types';
export type {
  CommandWords,
  ConnectOptions,
  NodeConnection,
  Observer,
  Reply,
  ServerCapabilities,
  TlsOptions,
} from './connection/types';

export { Monitor, type MonitorChange, type MonitorOptions } from './monitor/monitor';
export { FigureTrends, type FigureTrend } from './monitor/figureTrends';
export { Timeline, type TimelineOptions } from './monitor/timeline/timeline';
export { durationText } from './monitor/timeline/durationText';
export { conditionOf } from './monitor/timeline/nodeCondition';
export { timelineKinds } from './monitor/timeline/types';
export type {
  FailoverCause,
  NodeCondition,
  StateRun,
  TimelineEvent,
  TimelineKind,
  TimelineNote,
  TimelineOperation,
  TimelineStage,
} from './monitor/timeline/types';

export { Supervisor } from './supervisor/supervisor';
export { describeAct, describeState as describeSupervisorState } from './supervisor/describe';
export { describeHolder } from './operation/describeHolder';
export { clockText, slotsText } from './topology/wording';
export { defaultPlanners } from './supervisor/planners';
export type {
  Guard,
  GuardCode,
  OtherSupervisor,
  Planners,
  Remembered,
  SupervisedClient,
  SupervisorAct,
  SupervisorEvent,
  SupervisorMode,
  SupervisorOptions,
  SupervisorSettings,
  SupervisorState,
  Tombstone,
} from './supervisor/types';

export {
  hasDockerCompose,
  publishedPorts,
  removeComposeProject,
  startComposeProject,
  type ComposeProject,
} from './local/dockerCompose';
export { findServerBinary, ServerBinaryMissingError, type ServerBinary } from './local/findServerBinary';
export { findFreePorts } from './local/freePorts';
export { LocalServerError } from './local/localServerError';
export {
  defaultHostLabel,
  reopenLocalServers,
  startLocalServers,
  type LocalServer,
  type LocalServers,
  type LocalServerOptions,
} from './local/localServers';
