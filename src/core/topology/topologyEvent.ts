import type { SlotSet } from './slotSet';
import type { Disagreement, NodeRole, NodeStatus, Topology } from './types';

interface NodeEvent {
  nodeId: string;
  /** A whole sentence for people. */
  text: string;
}

/** Something that changed between two looks. */
export type TopologyEvent =
  | { kind: 'clusterStateChanged'; from: Topology['clusterState']; to: Topology['clusterState']; text: string }
  /** `toNodeId` took over slots of the master it replicated. */
  | { kind: 'failoverHappened'; shardId: string; fromNodeId: string; toNodeId: string; text: string }
  | ({ kind: 'nodeAppeared' } & NodeEvent)
  | ({ kind: 'nodeGone' } & NodeEvent)
  | ({ kind: 'statusChanged'; from: NodeStatus; to: NodeStatus } & NodeEvent)
  /** A master that was started again holds none of the keys it held. */
  | ({ kind: 'cameBackEmpty'; keys: number } & NodeEvent)
  | ({ kind: 'roleChanged'; from: NodeRole; to: NodeRole } & NodeEvent)
  /** A replica follows another master; the ids are absent where it followed, or follows, nobody. */
  | ({ kind: 'masterChanged'; fromMasterId?: string; toMasterId?: string } & NodeEvent)
  | ({ kind: 'slotsChanged'; gained: SlotSet; lost: SlotSet } & NodeEvent)
  | ({ kind: 'addressChanged'; from: string; to: string } & NodeEvent)
  /** The link of a replica to its master. */
  | ({ kind: 'linkChanged'; from: 'up' | 'down'; to: 'up' | 'down' } & NodeEvent)
  | { kind: 'disagreementAppeared' | 'disagreementResolved'; disagreement: Disagreement; text: string };
