import { announced, fullCoverage, minReplicas, nodeTimeout, noFailover } from './clusterSettings';
import { evicts, maxmemory, path } from './dataSettings';
import { hold, lose, names, tell, type SettingCase, type SettingWarning } from './settingCase';
import { isSameValue } from './settingValues';

/** What has to be known before: whole sentences. Pure. */
export function warnOfSetting(setting: SettingCase): SettingWarning[] {
  const name = setting.name.toLowerCase().replace('slave', 'replica');
  return (RULES[name]?.(setting) ?? []).concat(/^(cluster|replica)-announce-/.test(name) ? announced(setting) : []);
}

type Rule = (setting: SettingCase) => SettingWarning[];

const RULES: Readonly<Record<string, Rule>> = {
  'cluster-node-timeout': nodeTimeout,
  appendonly: ({ value }) =>
    isSameValue(value, 'no')
      ? [
          lose(
            'persistenceOff',
            'Without the append-only file a server that dies loses what it wrote since its last snapshot.',
          ),
        ]
      : [tell('diskWork', 'Each node writes its whole data to disk at once when the append-only file is turned on.')],
  appendfsync: ({ value }) =>
    isSameValue(value, 'no')
      ? [
          lose(
            'persistenceOff',
            'With appendfsync no the system decides when writes reach the disk: a machine that dies loses up to half a minute.',
          ),
        ]
      : [],
  save: ({ value }) =>
    value.trim() === ''
      ? [
          lose(
            'persistenceOff',
            'Without snapshots a server without an append-only file that restarts has no data; a master that is back before its replica took over empties the replica too.',
          ),
        ]
      : [],
  maxmemory,
  'maxmemory-policy': ({ value }) =>
    evicts(value)
      ? [lose('evicts', `With ${value} a server that is full deletes keys instead of refusing writes.`)]
      : [tell('refusesWrites', 'With noeviction a server that is full refuses writes.')],
  'cluster-require-full-coverage': fullCoverage,
  'min-replicas-to-write': minReplicas,
  'cluster-allow-reads-when-down': ({ value }) =>
    isSameValue(value, 'yes')
      ? [tell('staleReads', 'Nodes that lost the majority go on answering reads, which may be old.')]
      : [],
  'cluster-replica-no-failover': noFailover,
  'replica-priority': ({ value }) => [
    tell(
      'noEffect',
      `Cluster mode elects by replication offset; replica-priority ${value} is looked at by Sentinel only. cluster-replica-no-failover keeps a replica from taking over.`,
    ),
  ],
  'cluster-replica-validity-factor': ({ value }) =>
    Number(value) === 0
      ? [
          lose(
            'staleReplicas',
            'With 0 a replica takes over however old its data is: what its master acknowledged since is lost.',
          ),
        ]
      : [],
  'cluster-allow-replica-migration': ({ value }) =>
    isSameValue(value, 'yes')
      ? [
          tell(
            'replicasMove',
            'Replicas move to masters that have none by themselves, and a master that gave all its slots away becomes a replica.',
          ),
        ]
      : [],
  dir: path,
  dbfilename: path,
  appendfilename: path,
  appenddirname: path,
  logfile: path,
  bind: () => [
    hold(
      'mayCutOff',
      'A node that no longer listens on the address others use is cut off from the cluster and from here.',
    ),
  ],
  'protected-mode': ({ value }) =>
    isSameValue(value, 'no')
      ? [tell('unprotected', 'Without a password such a server lets everybody in who reaches it.')]
      : [],
  maxclients: ({ value, nodes }) => {
    const full = nodes.filter(({ info }) => info !== undefined && info.clients >= Number(value));
    return full.length === 0
      ? []
      : [
          hold(
            'clientsRefused',
            `${names(full)} ${full.length === 1 ? 'has' : 'have'} as many clients already: new ones are turned away.`,
          ),
        ];
  },
};
