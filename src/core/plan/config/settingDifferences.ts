import { groupBy } from '../../topology/groupBy';
import type { ConfigReading } from './reading';

/** A setting that is not the same on a node as on all the others that were asked. */
export interface SettingDifference {
  name: string;
  /** Undefined where the node has no such setting. */
  value: string | undefined;
  /** What the others have, the most usual first. */
  others: readonly { value: string | undefined; nodeIds: readonly string[] }[];
}

/**
 * How the settings of one node differ from those of the others in a reading, by name; without those that say which server it is:
 * ports, paths, announced addresses. Empty where the node or all others could not be asked.
 */
export function settingDifferences({ values }: ConfigReading, nodeId: string): SettingDifference[] {
  const { [nodeId]: own, ...siblings } = values;
  const others = Object.entries(siblings);
  if (!own || others.length === 0) return [];
  const names = new Set([own, ...Object.values(siblings)].flatMap(settings => Object.keys(settings)));
  return [...names]
    .filter(name => !OF_ONE_SERVER.test(name) && others.some(([, settings]) => settings[name] !== own[name]))
    .sort()
    .map(name => ({
      name,
      value: own[name],
      others: [...groupBy(others, ([, settings]) => settings[name])]
        .map(([value, alike]) => ({ value, nodeIds: alike.map(([id]) => id) }))
        .sort((one, other) => other.nodeIds.length - one.nodeIds.length),
    }));
}

const OF_ONE_SERVER =
  /^(port|tls-port|cluster-port|bind|bind-source-addr|unixsocket|dir|pidfile|logfile|dbfilename|appendfilename|appenddirname|aclfile|cluster-config-file|cluster-announce-.*|(replica|slave)-announce-(ip|port)|replicaof|slaveof|primaryof|availability-zone|syslog-ident)$/;
