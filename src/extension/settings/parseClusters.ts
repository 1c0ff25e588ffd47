import * as z from 'zod/mini';
import { parseAddress, parseDialled } from '../../core/index';
import { clusterColors } from '../../shared/clusterColors';
import { reachFingerprint } from '../sessions/reachFingerprint';
import type { ClusterDefinition } from '../sessions/types';
import { explainIssue, isQuotable, quote } from './explainIssue';

/** Which settings file: the user's, the workspace's, or that of one folder of several, by its URI. */
export type DefinitionOrigin = 'global' | 'workspace' | `folder:${string}`;

export interface ConfiguredCluster {
  definition: ClusterDefinition;
  /** Which settings file it stands in. */
  origin: DefinitionOrigin;
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
  /** Of each folder, where several are open. */
  folders?: readonly { uri: string; name: string; value: unknown }[];
}

export const clustersKey = 'clusters';

const address = z
  .string()
  .check(z.refine(text => isAddress(text, () => parseAddress(text)), 'is not host:port, for example 127.0.0.1:7000'));

const dialled = z
  .string()
  .check(
    z.refine(
      text => isAddress(text, () => parseDialled(text)),
      'is neither host:port nor the whole path of a unix socket, for example /run/redis/7000.sock',
    ),
  );

const definitionSchema = z.object({
  id: z.exactOptional(z.string().check(z.regex(/^[\w.-]{1,100}$/, 'may hold letters, digits, dots and dashes only'))),
  name: z
    .string()
    .check(
      z.minLength(1, 'is empty'),
      z.maxLength(100, 'is longer than 100 characters'),
      z.regex(/^\P{Cc}*$/u, 'is not one line of text'),
    ),
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
  ssh: z.exactOptional(
    z.object({
      host: z.string().check(z.regex(/^(?:[\w.-]+|[0-9a-fA-F:.]+)$/, 'is not the name or address of a host')),
      port: z.exactOptional(z.number().check(z.refine(isPort, 'must be a whole number from 1 to 65535'))),
      username: z.exactOptional(z.string().check(z.regex(/^[^\s@]+$/, 'is not the name of a user'))),
      keyFile: z.exactOptional(z.string()),
      useAgent: z.exactOptional(z.boolean()),
    }),
  ),
  addressMap: z.exactOptional(z.record(address, dialled)),
  hosts: z.exactOptional(z.record(address, z.string())),
  spares: z.exactOptional(z.array(address)),
  readOnly: z.exactOptional(z.boolean()),
  production: z.exactOptional(z.boolean()),
  color: z.exactOptional(z.enum(clusterColors, `must be one of ${clusterColors.join(', ')}`)),
});

const localDefinitionSchema = z.extend(definitionSchema, { local: z.object({ directory: z.string() }) });

/** Every list is read whole: VS Code itself would let the one of the workspace hide the user's own. */
export function readClusters(inspected: InspectedSetting | undefined, problems: SettingProblem[]): ConfiguredCluster[] {
  const clusters: ConfiguredCluster[] = [];
  const known = new Set<string>();
  const lists: readonly ClusterList[] = [
    { origin: 'global', file: 'the user settings', value: inspected?.globalValue },
    {
      origin: 'workspace',
      file: 'the settings of the workspace',
      value: inspected?.workspaceFolderValue ?? inspected?.workspaceValue,
    },
    ...(inspected?.folders ?? []).map(({ uri, name, value }) => ({
      origin: `folder:${uri}` as const,
      file: `the settings of the folder ${quote(name)}`,
      value,
    })),
  ];
  for (const { origin, file, value: list } of lists) {
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) {
      problems.push({
        key: clustersKey,
        text: `The setting redisCluster.clusters in ${file} is ${quote(list)}; it must be a list in square brackets. No cluster is read from there.`,
      });
      continue;
    }
    list.forEach((entry: unknown, index) => {
      const where = whereOf(entry, index, file);
      const definition = readDefinition(entry, where, origin, problems);
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

export type WrittenDefinition = Omit<ClusterDefinition, 'id' | 'local'> & { id?: string };

/** One entry of a list of clusters, from wherever; what is wrong with it in plain words, which hold no login. */
export function parseEntry(entry: unknown): { definition: WrittenDefinition } | { reasons: string[] } {
  const parsed = definitionSchema.safeParse(entry);
  if (parsed.success) return { definition: parsed.data };
  return { reasons: parsed.error.issues.map(issue => explainIssue(issue, entry)) };
}

/** Somebody wrote a password where none is read. */
export function holdsPassword(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'password' in entry;
}

/** The id of an entry as it stands in a settings file; undefined where it cannot be read. */
export function idOfEntry(entry: unknown, origin: DefinitionOrigin): string | undefined {
  const parsed = parseEntry(entry);
  return 'definition' in parsed ? withId(parsed.definition, origin).id : undefined;
}

/** The definitions of local clusters as the extension's own state holds them; what cannot be read is left out. */
export function parseLocalDefinitions(value: unknown): ClusterDefinition[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap(entry => {
    const parsed = localDefinitionSchema.safeParse(entry);
    return parsed.success ? [withId(parsed.data, 'global')] : [];
  });
}

interface ClusterList {
  origin: DefinitionOrigin;
  file: string;
  value: unknown;
}

function whereOf(entry: unknown, index: number, file: string): string {
  const name = (entry as { name?: unknown } | null | undefined)?.name;
  const place = `entry ${index + 1} of redisCluster.clusters in ${file}`;
  return typeof name === 'string' && name !== '' && isQuotable(name)
    ? `The cluster "${name}", ${place},`
    : `E${place.slice(1)}`;
}

function readDefinition(
  entry: unknown,
  where: string,
  origin: DefinitionOrigin,
  problems: SettingProblem[],
): ClusterDefinition | undefined {
  const parsed = parseEntry(entry);
  if (holdsPassword(entry)) {
    const way = 'Passwords are not read from there: take it out, and use "Enter Password".';
    problems.push({ key: clustersKey, text: `${where} holds a password. ${way}` });
  }
  if ('definition' in parsed) return withId(parsed.definition, origin);
  problems.push({ key: clustersKey, text: `${where} is left out: ${parsed.reasons.join('; ')}.` });
  return undefined;
}

// Written by hand, without an id: the name, which then must stay. Files of workspaces come from others, and two may have one
// name: there, what the cluster is reached by belongs to it.
function withId(parsed: WrittenDefinition, origin: DefinitionOrigin): ClusterDefinition {
  if (parsed.id !== undefined) return { ...parsed, id: parsed.id };
  const id = parsed.name.toLowerCase().replace(/[^a-z0-9]+/g, '-') || 'cluster';
  return { ...parsed, id: origin === 'global' ? id : `${id.slice(0, 60)}-${reachFingerprint(parsed)}` };
}

// The core judges every other one; it is not even named for a usual one, or it would be loaded while the extension activates.
const usualAddress = /^[\w.-]+:(?:[1-9]\d{0,3}|[1-5]\d{4})$/;

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

function isAddress(text: string, parse: () => unknown): boolean {
  if (usualAddress.test(text)) return true;
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
