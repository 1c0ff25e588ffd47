import type { ImportSource } from '../../../src/core/plan/import/importFacts';

/** A server beside the cluster whose keys may be taken over. */
export const importSource: ImportSource = {
  address: '10.1.0.1:6379',
  flavour: 'redis',
  version: '7.0.15',
  role: 'master',
  clusterEnabled: false,
  isMember: false,
  loading: false,
  payloadVersion: 10,
  usedMemoryBytes: 1_000_000,
  maxMemoryBytes: 0,
  evictionPolicy: 'noeviction',
  databases: [{ database: 0, keys: 1000, expiring: 10 }],
  bigKeys: [],
  sampledKeys: 100,
  modules: [],
};
