import { quote } from './explainIssue';
import {
  clustersKey,
  readClusters,
  type ConfiguredCluster,
  type InspectedSetting,
  type SettingProblem,
} from './parseClusters';

export interface SettingValues {
  /** Between two looks while somebody watches. */
  refreshIntervalSeconds: number;
  /** The same while an operation runs or a node is suspect. */
  busyRefreshIntervalSeconds: number;
  connectTimeoutSeconds: number;
  commandTimeoutSeconds: number;
  local: {
    /** Path of a redis-server or valkey-server; absent: found on PATH. */
    serverPath?: string;
    /** First client port of a local cluster. */
    basePort: number;
    /** Servers of a local cluster: the cluster's nodes and its spares. */
    serverCount: number;
  };
  migration: {
    /** What clients may feel, at p99, while slots move; 0: no bound. */
    latencyMilliseconds: number;
  };
  picture: {
    /** How much over the mean of all shards, percent, makes a shard stand out. */
    skewPercent: number;
  };
  supervisor: SupervisorSettings;
  clusters: readonly ConfiguredCluster[];
}

/** The limits of every supervisor; the mode where none was chosen for a cluster. */
export interface SupervisorSettings {
  /** `auto`: `act` on local clusters, `ask` on others. */
  mode: (typeof supervisorModes)[number];
  graceSeconds: number;
  coolDownSeconds: number;
  actsPerHour: number;
  failBacksPerTenMinutes: number;
  balanceRoles: boolean;
}

export interface NumberRange {
  default: number;
  minimum: number;
  maximum: number;
}

export const supervisorModes = ['auto', 'off', 'observe', 'ask', 'act'] as const;

const wholeNumbers: ReadonlySet<string> = new Set([
  'local.basePort',
  'local.serverCount',
  'supervisor.actsPerHour',
  'supervisor.failBacksPerTenMinutes',
]);

/** Keys below `redisCluster.`; package.json declares the same figures. */
export const numberSettings = {
  refreshIntervalSeconds: { default: 2, minimum: 0.5, maximum: 60 },
  busyRefreshIntervalSeconds: { default: 0.5, minimum: 0.2, maximum: 10 },
  connectTimeoutSeconds: { default: 2, minimum: 0.2, maximum: 60 },
  commandTimeoutSeconds: { default: 2, minimum: 0.2, maximum: 60 },
  // From 22768 on, the bus port (client port + 10000) can be lost to an outgoing connection of this machine.
  'local.basePort': { default: 7000, minimum: 1024, maximum: 22700 },
  'local.serverCount': { default: 8, minimum: 6, maximum: 60 },
  'migration.latencyMilliseconds': { default: 20, minimum: 0, maximum: 10_000 },
  'picture.skewPercent': { default: 40, minimum: 5, maximum: 1000 },
  'supervisor.graceSeconds': { default: 5, minimum: 0, maximum: 3600 },
  'supervisor.coolDownSeconds': { default: 60, minimum: 0, maximum: 86_400 },
  'supervisor.actsPerHour': { default: 3, minimum: 1, maximum: 100 },
  'supervisor.failBacksPerTenMinutes': { default: 3, minimum: 1, maximum: 100 },
} satisfies Record<string, NumberRange>;

const serverPathKey = 'local.serverPath';
const supervisorModeKey = 'supervisor.mode';
const balanceRolesKey = 'supervisor.balanceRoles';

/** Every key below `redisCluster.` that is read. */
export const settingKeys: readonly string[] = [
  clustersKey,
  ...Object.keys(numberSettings),
  serverPathKey,
  supervisorModeKey,
  balanceRolesKey,
];

/**
 * Reads every setting. One of the wrong shape gives its default, a number out of range the nearest that is allowed; either is a
 * problem that says which setting it is, what it is, what is allowed and what is used instead.
 */
export function parseSettings(inspect: (key: string) => InspectedSetting | undefined): {
  values: SettingValues;
  problems: SettingProblem[];
} {
  const problems: SettingProblem[] = [];
  const number = (key: keyof typeof numberSettings): number => readNumber(key, inspect(key), problems);
  const serverPath = readServerPath(inspect(serverPathKey), problems);
  const values: SettingValues = {
    refreshIntervalSeconds: number('refreshIntervalSeconds'),
    busyRefreshIntervalSeconds: number('busyRefreshIntervalSeconds'),
    connectTimeoutSeconds: number('connectTimeoutSeconds'),
    commandTimeoutSeconds: number('commandTimeoutSeconds'),
    local: {
      basePort: number('local.basePort'),
      serverCount: number('local.serverCount'),
      ...(serverPath !== undefined && { serverPath }),
    },
    migration: { latencyMilliseconds: number('migration.latencyMilliseconds') },
    picture: { skewPercent: number('picture.skewPercent') },
    supervisor: {
      mode: readMode(inspect(supervisorModeKey), problems),
      graceSeconds: number('supervisor.graceSeconds'),
      coolDownSeconds: number('supervisor.coolDownSeconds'),
      actsPerHour: number('supervisor.actsPerHour'),
      failBacksPerTenMinutes: number('supervisor.failBacksPerTenMinutes'),
      balanceRoles: readBoolean(balanceRolesKey, inspect(balanceRolesKey), true, problems),
    },
    clusters: readClusters(inspect(clustersKey), problems),
  };
  return { values, problems };
}

function readNumber(
  key: keyof typeof numberSettings,
  inspected: InspectedSetting | undefined,
  problems: SettingProblem[],
): number {
  const range = numberSettings[key];
  const value = effective(inspected);
  if (value === undefined) return range.default;
  const isWhole = wholeNumbers.has(key);
  const used = usableNumber(value, range, isWhole);
  if (used !== value) {
    const allowed = `a ${isWhole ? 'whole ' : ''}number from ${range.minimum} to ${range.maximum}`;
    const text = `The setting redisCluster.${key} is ${quote(value)}; it must be ${allowed}. ${used} is used instead.`;
    problems.push({ key, text });
  }
  return used;
}

function usableNumber(value: unknown, range: NumberRange, isWhole: boolean): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return range.default;
  return Math.min(range.maximum, Math.max(range.minimum, isWhole ? Math.round(value) : value));
}

function readMode(inspected: InspectedSetting | undefined, problems: SettingProblem[]): SupervisorSettings['mode'] {
  const value = effective(inspected);
  if (value === undefined) return 'auto';
  const mode = supervisorModes.find(known => known === value);
  if (mode) return mode;
  problems.push({
    key: supervisorModeKey,
    // Whoever wrote something else wanted something: nothing that acts by itself.
    text: `The setting redisCluster.${supervisorModeKey} is ${quote(value)}; it must be one of ${supervisorModes.join(', ')}. observe is used instead.`,
  });
  return 'observe';
}

function readBoolean(
  key: string,
  inspected: InspectedSetting | undefined,
  usual: boolean,
  problems: SettingProblem[],
): boolean {
  const value = effective(inspected);
  if (value === undefined) return usual;
  if (typeof value === 'boolean') return value;
  problems.push({
    key,
    text: `The setting redisCluster.${key} is ${quote(value)}; it must be true or false. ${usual} is used instead.`,
  });
  return usual;
}

function readServerPath(inspected: InspectedSetting | undefined, problems: SettingProblem[]): string | undefined {
  // Never from a workspace: it names a program that is run.
  const value = inspected?.globalValue;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  problems.push({
    key: serverPathKey,
    text: `The setting redisCluster.${serverPathKey} is ${quote(value)}; it must be a text in quotation marks, the path of a redis-server or valkey-server. The server is looked for on the PATH instead.`,
  });
  return undefined;
}

function effective(inspected: InspectedSetting | undefined): unknown {
  return inspected?.workspaceFolderValue ?? inspected?.workspaceValue ?? inspected?.globalValue;
}
