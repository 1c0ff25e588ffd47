import * as z from 'zod/mini';
import { parseAddress } from '../../core/index';
import type { ClusterDefinition } from '../sessions/types';
import { explainIssue, isQuotable, quote } from './explainIssue';

export type DefinitionOrigin = 'global' | 'workspace';

export interface ConfiguredCluster {
  definition: ClusterDefinition;
  /** Which settings file it stands in. */
  origin: DefinitionOrigin;
}

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

/** A setting that could not be used as it is; the rest still works. */
export interface SettingProblem {
  key: string;
  /** A whole sentence. */
  text: string;
}

/** `WorkspaceConfiguration.inspect`, as much as is read of it. */
export interface InspectedSetting {
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
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

export const serverPathKey = 'local.serverPath';
export const supervisorModeKey = 'supervisor.mode';
export const balanceRolesKey = 'supervisor.balanceRoles';
export const clustersKey = 'clusters';

/** Every key below `redisCluster.` that is read. */
export const settingKeys: readonly string[] = [
  clustersKey,
  ...Object.keys(numberSettings),
  serverPathKey,
  supervisorModeKey,
  balanceRolesKey,
];

const address = z.string().check(z.refine(isAddress, 'is not host:port, for example 127.0.0.1:7000'));

const definitionSchema = z.object({
  id: z.exactOptional(z.string().check(z.regex(/^[\w.-]{1,100}$/, 'may hold letters, digits, dots and dashes only'))),
  name: z.string().check(z.minLength(1, 'is empty'), z.maxLength(100, 'is longer than 100 characters')),
  nodes: z.array(address).check(z.minLength(1, 'names no node')),
  username: z.exactOptional(z.string()),
  tls: z.exactOptional(
    z.object({
      caFile: z.exactOptional(z.string()),
      certificateFile: z.exactOptional(z.string()),
      keyFile: z.exactOptional(z.string()),
      serverName: z.exactOptional(z.string()),
      serverNames: z.exactOptional(z.record(address, z.string())),
      skipVerification: z.exactOptional(z.boolean()),
    }),
  ),
  addressMap: z.exactOptional(z.record(address, address)),
  hosts: z.exactOptional(z.record(address, z.string())),
  spares: z.exactOptional(z.array(address)),
  readOnly: z.exactOptional(z.boolean()),
});

const localDefinitionSchema = z.extend(definitionSchema, { local: z.object({ directory: z.string() }) });

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

/** The definitions of local clusters as the extension's own state holds them; what cannot be read is left out. */
export function parseLocalDefinitions(value: unknown): ClusterDefinition[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap(entry => {
    const parsed = localDefinitionSchema.safeParse(entry);
    return parsed.success ? [withId(parsed.data)] : [];
  });
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

// Both lists are read whole: VS Code itself would let the one of the workspace hide the user's own.
function readClusters(inspected: InspectedSetting | undefined, problems: SettingProblem[]): ConfiguredCluster[] {
  const clusters: ConfiguredCluster[] = [];
  const known = new Set<string>();
  const lists = [
    ['global', inspected?.globalValue],
    ['workspace', inspected?.workspaceFolderValue ?? inspected?.workspaceValue],
  ] as const;
  for (const [origin, list] of lists) {
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) {
      problems.push({
        key: clustersKey,
        text: `The setting redisCluster.clusters in ${files[origin]} is ${quote(list)}; it must be a list in square brackets. No cluster is read from there.`,
      });
      continue;
    }
    list.forEach((entry: unknown, index) => {
      const where = whereOf(entry, index, origin);
      const definition = readDefinition(entry, where, problems);
      if (!definition) return;
      // A workspace may not put its own addresses under the id whose password belongs to another cluster.
      if (known.has(definition.id)) {
        problems.push({
          key: clustersKey,
          text: `${where} is left out: it has the id "${definition.id}" of another cluster. Give it an id of its own.`,
        });
        return;
      }
      known.add(definition.id);
      clusters.push({ definition, origin });
    });
  }
  return clusters;
}

const files: Record<DefinitionOrigin, string> = {
  global: 'the user settings',
  workspace: 'the settings of the workspace',
};

function whereOf(entry: unknown, index: number, origin: DefinitionOrigin): string {
  const name = (entry as { name?: unknown } | null | undefined)?.name;
  const place = `entry ${index + 1} of redisCluster.clusters in ${files[origin]}`;
  return typeof name === 'string' && name !== '' && isQuotable(name)
    ? `The cluster "${name}", ${place},`
    : `E${place.slice(1)}`;
}

function readDefinition(entry: unknown, where: string, problems: SettingProblem[]): ClusterDefinition | undefined {
  const parsed = definitionSchema.safeParse(entry);
  if (parsed.success) return withId(parsed.data);
  const reasons = parsed.error.issues.map(issue => explainIssue(issue, entry));
  problems.push({ key: clustersKey, text: `${where} is left out: ${reasons.join('; ')}.` });
  return undefined;
}

// Written by hand, without an id: the name, which then must stay.
function withId(parsed: Omit<ClusterDefinition, 'id'> & { id?: string }): ClusterDefinition {
  return { ...parsed, id: parsed.id ?? (parsed.name.toLowerCase().replace(/[^a-z0-9]+/g, '-') || 'cluster') };
}

function effective(inspected: InspectedSetting | undefined): unknown {
  return inspected?.workspaceFolderValue ?? inspected?.workspaceValue ?? inspected?.globalValue;
}

// The core judges every other one; for a usual one it need not be loaded while the extension activates.
const usualAddress = /^[\w.-]+:(?:[1-9]\d{0,3}|[1-5]\d{4})$/;

function isAddress(text: string): boolean {
  if (usualAddress.test(text)) return true;
  try {
    parseAddress(text);
    return true;
  } catch {
    return false;
  }
}
