import * as z from 'zod/mini';
import { parseAddress } from '../../core/index';
import type { ClusterDefinition } from '../sessions/types';

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
  clusters: readonly ConfiguredCluster[];
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

/** Keys below `redisCluster.`; package.json declares the same figures. */
export const numberSettings = {
  refreshIntervalSeconds: { default: 2, minimum: 0.5, maximum: 60 },
  busyRefreshIntervalSeconds: { default: 0.5, minimum: 0.2, maximum: 10 },
  connectTimeoutSeconds: { default: 2, minimum: 0.2, maximum: 60 },
  commandTimeoutSeconds: { default: 2, minimum: 0.2, maximum: 60 },
  // From 22768 on, the bus port (client port + 10000) can be lost to an outgoing connection of this machine.
  'local.basePort': { default: 7000, minimum: 1024, maximum: 22700 },
  'local.serverCount': { default: 8, minimum: 6, maximum: 60 },
} satisfies Record<string, NumberRange>;

export const serverPathKey = 'local.serverPath';
export const clustersKey = 'clusters';

/** Every key below `redisCluster.` that is read. */
export const settingKeys: readonly string[] = [clustersKey, ...Object.keys(numberSettings), serverPathKey];

const address = z.string().check(z.refine(isAddress, 'is not host:port, for example 127.0.0.1:7000'));

const definitionSchema = z.object({
  id: z.exactOptional(z.string().check(z.regex(/^[\w.-]{1,100}$/, 'may hold letters, digits, dots and dashes'))),
  name: z.string().check(z.minLength(1, 'is empty'), z.maxLength(100, 'is longer than 100 characters')),
  nodes: z.array(address).check(z.minLength(1, 'names no node')),
  username: z.exactOptional(z.string()),
  tls: z.exactOptional(
    z.object({
      caFile: z.exactOptional(z.string()),
      certificateFile: z.exactOptional(z.string()),
      keyFile: z.exactOptional(z.string()),
      serverName: z.exactOptional(z.string()),
      skipVerification: z.exactOptional(z.boolean()),
    }),
  ),
  addressMap: z.exactOptional(z.record(address, address)),
  hosts: z.exactOptional(z.record(address, z.string())),
  readOnly: z.exactOptional(z.boolean()),
});

const localDefinitionSchema = z.extend(definitionSchema, { local: z.object({ directory: z.string() }) });

/** Reads every setting; one of the wrong shape gives a problem and its default, a number out of range the nearest allowed one. */
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
      basePort: Math.round(number('local.basePort')),
      serverCount: Math.round(number('local.serverCount')),
      ...(serverPath !== undefined && { serverPath }),
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
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    problems.push({ key, text: `The setting redisCluster.${key} is not a number; ${range.default} is used.` });
    return range.default;
  }
  return Math.min(range.maximum, Math.max(range.minimum, value));
}

function readServerPath(inspected: InspectedSetting | undefined, problems: SettingProblem[]): string | undefined {
  // Never from a workspace: it names a program that is run.
  const value = inspected?.globalValue;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  problems.push({
    key: serverPathKey,
    text: `The setting redisCluster.${serverPathKey} is not a text; the server is looked for on the PATH.`,
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
        text: `The setting redisCluster.clusters (${origin}) is not a list; it is left out.`,
      });
      continue;
    }
    list.forEach((entry: unknown, index) => {
      const definition = readDefinition(entry, `redisCluster.clusters[${index}] (${origin})`, problems);
      if (!definition) return;
      // A workspace may not put its own addresses under the id whose password belongs to another cluster.
      if (known.has(definition.id)) {
        problems.push({
          key: clustersKey,
          text: `redisCluster.clusters[${index}] (${origin}) has the id "${definition.id}" of another cluster; it is left out.`,
        });
        return;
      }
      known.add(definition.id);
      clusters.push({ definition, origin });
    });
  }
  return clusters;
}

function readDefinition(entry: unknown, where: string, problems: SettingProblem[]): ClusterDefinition | undefined {
  const parsed = definitionSchema.safeParse(entry);
  if (parsed.success) return withId(parsed.data);
  const reasons = parsed.error.issues.map(issue => [issue.path.join('.'), issue.message].filter(Boolean).join(' '));
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

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch {
    return false;
  }
}
