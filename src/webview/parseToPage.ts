import { clusterColors } from '../shared/clusterColors';
import {
  pageViews,
  slotFigureNames,
  slotModes,
  type EventKind,
  type NodeState,
  type PageSlotsState,
  type PageState,
  type Snapshot,
  type ToPage,
} from '../shared/pageProtocol';
import { readRanges, SLOT_COUNT } from '../shared/slotRanges';
import { stillKinds } from '../shared/pageStill';
import { listNames } from '../shared/snapshotChanges';
import { parseWhatIfSubject } from '../shared/pageWhatIf';

/** Narrows what arrived from the extension, or says what is wrong with it. */
export function parseToPage(value: unknown): { message: ToPage } | { problem: string } {
  if (!isRecord(value)) return { problem: 'A message is not an object.' };
  switch (value.type) {
    case 'snapshot': {
      const wrong = findWrong(value.snapshot);
      return wrong === undefined ? { message: value as ToPage } : { problem: `A snapshot is malformed: ${wrong}.` };
    }
    case 'changes': {
      const wrong = findWrongChange(value.changes);
      return wrong === undefined ? { message: value as ToPage } : { problem: `Changes are malformed: ${wrong}.` };
    }
    case 'select':
      return value.nodeId === undefined || typeof value.nodeId === 'string'
        ? { message: value as ToPage }
        : { problem: 'The node id of a selection is not text.' };
    case 'slotFigures':
    case 'slotFiguresFailed': {
      const wrong = findWrongField(value, value.type === 'slotFigures' ? figuresChecks : failedFiguresChecks, '');
      return wrong === undefined ? { message: value as ToPage } : { problem: `Slot figures are malformed: ${wrong}.` };
    }
    case 'whatIf': {
      const wrong = findWrongField(value, answerChecks, '');
      return wrong === undefined ? { message: value as ToPage } : { problem: `A what-if is malformed: ${wrong}.` };
    }
    case 'past': {
      const wrong =
        findWrongField(value, value.now === true ? { request: isNumber } : pastChecks, '') ??
        (value.now === true ? undefined : findWrong(value.snapshot));
      return wrong === undefined ? { message: value as ToPage } : { problem: `A past is malformed: ${wrong}.` };
    }
    case 'preview': {
      const { preview } = value;
      const wrong =
        preview === undefined
          ? undefined
          : (findWrongField(preview, previewChecks, '') ?? findWrong((preview as Record<string, unknown>).after));
      return wrong === undefined ? { message: value as ToPage } : { problem: `A preview is malformed: ${wrong}.` };
    }
    case 'copied':
      return { message: { type: 'copied' } };
    default:
      return {
        problem: `Unknown message: ${typeof value.type === 'string' ? value.type.slice(0, 100) : 'without a type'}.`,
      };
  }
}

/** Narrows what a former page left behind; anything else counts as nothing. */
export function parsePageState(value: unknown): PageState | undefined {
  if (!isRecord(value) || typeof value.clusterId !== 'string') return undefined;
  const view = pageViews.find(name => name === value.view);
  if (!view) return undefined;
  const { clusterId, selectedNodeId, timelineFolded } = value;
  const slots = parseSlotsState(value.slots);
  return {
    clusterId,
    view,
    ...(typeof selectedNodeId === 'string' && { selectedNodeId }),
    ...(timelineFolded === true && { timelineFolded }),
    ...(slots && { slots }),
  };
}

function parseSlotsState(value: unknown): PageSlotsState | undefined {
  if (!isRecord(value)) return undefined;
  const { selected, cursor } = value;
  const mode = slotModes.find(name => name === value.mode);
  if (!mode || typeof selected !== 'string' || !('ranges' in readRanges(selected)) || !isSlot(cursor)) return undefined;
  return { mode, selected, cursor };
}

function isSlot(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < SLOT_COUNT;
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
  forgotten: true,
};

const eventKinds: Record<EventKind, true> = {
  unreachable: true,
  suspect: true,
  failed: true,
  answers: true,
  recovered: true,
  cameBackEmpty: true,
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
const isFlag: Check = value => typeof value === 'boolean';
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

const snapshotChecks: Record<keyof Snapshot, Check> = {
  version: isNumber,
  clusterId: isText,
  clusterName: isText,
  status: isOneOf('ok', 'degraded', 'failing', 'none', 'unknown'),
  statusText: isText,
  nodes: Array.isArray,
  shards: Array.isArray,
  openSlots: Array.isArray,
  disputedSlots: Array.isArray,
  slotMoves: Array.isArray,
  roleSwaps: optional(Array.isArray),
  problems: Array.isArray,
  color: optional(isOneOf(...clusterColors)),
  readOnly: optional(value => value === true),
  operation: optional(
    value => isRecord(value) && isText(value.title) && isText(value.message) && optional(isNumber)(value.fraction),
  ),
  events: Array.isArray,
  nowMilliseconds: isNumber,
  domains: Array.isArray,
  skewPercent: isNumber,
  marks: isTexts,
  pastSinceMilliseconds: optional(isNumber),
  still: optional(isOneOf(...stillKinds)),
};
const pastChecks: Record<string, Check> = { request: isNumber, seenUntilMilliseconds: isNumber };
const previewChecks: Record<string, Check> = {
  id: isNumber,
  title: isText,
  verb: isText,
  warnings: isTexts,
  outdated: isFlag,
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
  stopped: optional(value => value === true),
  slots: isText,
  slotCount: isNumber,
  memoryBytes: optional(isNumber),
  operationsPerSecond: optional(isNumber),
  keys: optional(isNumber),
  maxMemoryBytes: optional(isNumber),
  inputBytesPerSecond: optional(isNumber),
  outputBytesPerSecond: optional(isNumber),
  clients: optional(isNumber),
  evictionsPerSecond: optional(isNumber),
  pingMilliseconds: optional(isNumber),
  version: optional(isText),
  trend: optional(value => Array.isArray(value) && value.every(figure => figure === null || isNumber(figure))),
  trendSinceMilliseconds: optional(isNumber),
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

const domainChecks: Record<string, Check> = {
  kind: isOneOf('host', 'zone'),
  label: isText,
  text: isText,
  losesMajority: isFlag,
  shardsDown: isNumber,
  slotsDown: isNumber,
};

const openSlotsChecks: Record<string, Check> = {
  slots: isText,
  nodeId: isText,
  direction: isOneOf('migrating', 'importing'),
  peerId: isText,
};
const disputedSlotsChecks: Record<string, Check> = { slots: isText, text: isText };
const slotMoveChecks: Record<string, Check> = { slots: isText, fromId: isText, toId: isText };
const roleSwapChecks: Record<string, Check> = { fromId: isText, toId: isText };
const failedFiguresChecks: Record<string, Check> = { by: isOneOf(...slotFigureNames), reason: isText };
const figuresChecks: Record<string, Check> = {
  by: isOneOf(...slotFigureNames),
  values: value => Array.isArray(value) && value.length === SLOT_COUNT && value.every(isNumber),
  atMilliseconds: isNumber,
  sampled: optional(value => value === true),
  missing: isListOf({ nodeId: isText, reason: isText }),
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

const lossChecks: Record<string, Check> = {
  text: isText,
  remedy: optional(isText),
  mends: isListOf({ title: isText, request: isRecord }),
  nodeIds: isTexts,
  losesMajority: isFlag,
  fates: isListOf({
    shardId: isText,
    kind: isOneOf('takenOver', 'notElected', 'unfit', 'lost'),
    slots: isText,
    replicaId: optional(isText),
  }),
  slotsDown: isText,
  slotsDownCount: isNumber,
};
const answerChecks: Record<string, Check> = {
  subject: value => parseWhatIfSubject(value) !== undefined,
  loss: optional(value => findWrongField(value, lossChecks, '') === undefined),
  reason: optional(isText),
};

const itemChecks: Record<string, Record<string, Check>> = {
  nodes: nodeChecks,
  shards: shardChecks,
  openSlots: openSlotsChecks,
  disputedSlots: disputedSlotsChecks,
  slotMoves: slotMoveChecks,
  roleSwaps: roleSwapChecks,
  problems: problemChecks,
  domains: domainChecks,
  events: eventChecks,
};

const changesChecks: Record<string, Check> = {
  since: isNumber,
  fields: isRecord,
  lists: isRecord,
  gone: value =>
    isTexts(value) &&
    (value as string[]).every(
      name => Object.hasOwn(snapshotChecks, name) && snapshotChecks[name as keyof Snapshot](undefined),
    ),
};
const listChecks: Record<string, Check> = { items: Array.isArray, order: optional(isTexts) };

function findWrong(snapshot: unknown): string | undefined {
  return (
    findWrongField(snapshot, snapshotChecks, '') ?? findWrongItems(snapshot as Record<string, unknown>, itemChecks)
  );
}

/** What is there is as it is in a whole snapshot: then so is what it is put into. */
function findWrongChange(changes: unknown): string | undefined {
  const wrong = findWrongField(changes, changesChecks, '');
  if (wrong !== undefined) return wrong;
  const { fields, lists } = changes as { fields: Record<string, unknown>; lists: Record<string, unknown> };
  const isList = (name: string): boolean => (listNames as readonly string[]).includes(name);
  const given = Object.keys({ ...fields, version: true });
  const stranger =
    given.find(name => !Object.hasOwn(snapshotChecks, name) || isList(name)) ??
    Object.keys(lists).find(name => !isList(name));
  if (stranger !== undefined) return `${stranger} has no place in them`;
  const checks = Object.fromEntries(given.map(name => [name, snapshotChecks[name as keyof Snapshot]]));
  const changed = listNames.filter(name => name in lists);
  return (
    findWrongField(fields, checks, '') ??
    findWrongItems(fields, itemChecks) ??
    changed.map(name => findWrongField(lists[name], listChecks, name)).find(each => each !== undefined) ??
    findWrongItems(
      Object.fromEntries(changed.map(name => [name, (lists[name] as { items: unknown }).items])),
      itemChecks,
    )
  );
}

function findWrongItems(
  lists: Record<string, unknown>,
  checks: Record<string, Record<string, Check>>,
): string | undefined {
  for (const [list, fields] of Object.entries(checks)) {
    const wrong = findWrongItem(lists, list, fields);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
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
