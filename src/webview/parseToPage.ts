import type { EventKind, NodeState, PageState, ToPage } from '../shared/pageProtocol';

/** Narrows what arrived from the extension, or says what is wrong with it. */
export function parseToPage(value: unknown): { message: ToPage } | { problem: string } {
  if (!isRecord(value)) return { problem: `A message is not an object: ${typeof value}.` };
  switch (value.type) {
    case 'snapshot': {
      const wrong = findWrong(value.snapshot);
      return wrong === undefined ? { message: value as ToPage } : { problem: `A snapshot is malformed: ${wrong}.` };
    }
    case 'select':
      return value.nodeId === undefined || typeof value.nodeId === 'string'
        ? { message: value as ToPage }
        : { problem: 'The node id of a selection is not text.' };
    default:
      return { problem: `Unknown message: ${String(value.type).slice(0, 100)}.` };
  }
}

/** Narrows what a former page left behind; anything else counts as nothing. */
export function parsePageState(value: unknown): PageState | undefined {
  if (!isRecord(value) || typeof value.clusterId !== 'string') return undefined;
  if (value.groupBy !== 'shard' && value.groupBy !== 'host') return undefined;
  const { clusterId, groupBy, selectedNodeId, timelineFolded } = value;
  return {
    clusterId,
    groupBy,
    ...(typeof selectedNodeId === 'string' && { selectedNodeId }),
    ...(timelineFolded === true && { timelineFolded }),
  };
}

const states: Record<NodeState, true> = {
  ok: true,
  suspect: true,
  failed: true,
  joining: true,
  unreachable: true,
  spare: true,
  syncing: true,
  linkDown: true,
  loading: true,
};

const eventKinds: Record<EventKind, true> = {
  unreachable: true,
  suspect: true,
  failed: true,
  answers: true,
  recovered: true,
  failingOver: true,
  stuck: true,
  newMaster: true,
  failover: true,
  follows: true,
  appeared: true,
  joined: true,
  left: true,
  roleChanged: true,
  masterChanged: true,
  addressChanged: true,
  slotsMoved: true,
  epochChanged: true,
  linkDown: true,
  linkUp: true,
  disagreement: true,
  agreement: true,
  clusterDown: true,
  clusterUp: true,
  silence: true,
  operation: true,
  supervisor: true,
};

type Check = (value: unknown) => boolean;
const isText: Check = value => typeof value === 'string';
const isNumber: Check = value => typeof value === 'number' && Number.isFinite(value);
const isTexts: Check = value => Array.isArray(value) && value.every(isText);
const isOneOf =
  (...words: string[]): Check =>
  value =>
    words.includes(value as string);
const isListOf =
  (checks: Record<string, Check>): Check =>
  value =>
    Array.isArray(value) && value.every(item => findWrongField(item, checks, '') === undefined);
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);

const snapshotChecks: Record<string, Check> = {
  version: isNumber,
  clusterId: isText,
  clusterName: isText,
  status: isOneOf('ok', 'degraded', 'failing', 'none', 'unknown'),
  statusText: isText,
  nodes: Array.isArray,
  shards: Array.isArray,
  problems: Array.isArray,
  operation: optional(
    value => isRecord(value) && isText(value.title) && isText(value.message) && isNumber(value.fraction),
  ),
  events: Array.isArray,
  nowMilliseconds: isNumber,
  marks: isTexts,
};
const runChecks: Record<string, Check> = {
  atMilliseconds: isNumber,
  state: isOneOf(...Object.keys(states), 'unknown'),
};
const nodeChecks: Record<string, Check> = {
  id: isText,
  name: isText,
  address: isText,
  hostLabel: isText,
  role: isOneOf('master', 'replica', 'spare'),
  masterId: optional(isText),
  state: isOneOf(...Object.keys(states)),
  stateText: isText,
  slots: isText,
  slotCount: isNumber,
  memoryBytes: optional(isNumber),
  operationsPerSecond: optional(isNumber),
  keys: optional(isNumber),
  lagBytes: optional(isNumber),
  contextValue: isText,
  formerShardId: optional(isText),
  history: isListOf(runChecks),
};
const shardChecks: Record<string, Check> = {
  id: isText,
  name: isText,
  slots: isText,
  masterId: optional(isText),
  replicaIds: isTexts,
};
const problemChecks: Record<string, Check> = {
  severity: isOneOf('error', 'warning'),
  text: isText,
  remedy: isText,
  nodeIds: isTexts,
};

const stageChecks: Record<string, Check> = {
  atMilliseconds: isNumber,
  kind: isOneOf(...Object.keys(eventKinds)),
  text: isText,
};
const eventChecks: Record<string, Check> = {
  ...stageChecks,
  id: isText,
  nodeIds: isTexts,
  stages: isListOf(stageChecks),
};

function findWrong(snapshot: unknown): string | undefined {
  return (
    findWrongField(snapshot, snapshotChecks, '') ??
    findWrongItem(snapshot, 'nodes', nodeChecks) ??
    findWrongItem(snapshot, 'shards', shardChecks) ??
    findWrongItem(snapshot, 'problems', problemChecks) ??
    findWrongItem(snapshot, 'events', eventChecks)
  );
}

function findWrongItem(snapshot: unknown, list: string, checks: Record<string, Check>): string | undefined {
  const items = (snapshot as Record<string, unknown[]>)[list] ?? [];
  for (const [index, item] of items.entries()) {
    const wrong = findWrongField(item, checks, `${list}[${index}]`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function findWrongField(value: unknown, checks: Record<string, Check>, path: string): string | undefined {
  if (!isRecord(value)) return `${path || 'it'} is not an object`;
  const name = Object.keys(checks).find(field => checks[field]?.(value[field]) === false);
  return name === undefined ? undefined : `${path === '' ? name : `${path}.${name}`} is not what it should be`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
