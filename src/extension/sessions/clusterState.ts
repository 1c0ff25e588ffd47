import type { ClusterSession } from './types';

/** What is known of a cluster at one moment: all that pictures and texts are made from. A session is one. */
export type ClusterState = Pick<
  ClusterSession,
  | 'definition'
  | 'topology'
  | 'health'
  | 'lastCheck'
  | 'failure'
  | 'operation'
  | 'operationElsewhere'
  | 'localServers'
  | 'timeline'
  | 'figures'
  | 'supervisor'
>;
