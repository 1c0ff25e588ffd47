import { isHost, parseAddress } from './address';
import { MalformedReplyError } from './malformedReplyError';
import { SLOT_COUNT, SlotSet, type SlotRange } from './slotSet';
import { areTimes, SlotTextCache } from './slotTextCache';
import type { NodeLine, OpenSlot } from './types';

const COMMAND = 'CLUSTER NODES';
const CARRIAGE_RETURN = 13;
const NODE_ID = /^[0-9a-f]{40}$/;
const FLAG = /^[a-z]+\??$/;
const WHOLE_NUMBER = /^\d{1,20}$/;

/** Nodes of a cluster that are taken for real, five times as many as are recommended: each that is listed is dialled. */
export const MOST_NODES = 5000;

/**
 * Reads CLUSTER NODES of Redis 3 and newer and every Valkey: with and without bus port, host names, auxiliary fields.
 * `address` is the node that was asked; it stands in for the host of its own line while the node does not know it.
 * Lines that say the same are one frozen object when `cache` is shared between the replies of a cluster.
 * Throws a MalformedReplyError that names the node and the line; nothing is ever read half.
 */
export function parseClusterNodes(
  text: string,
  address: string,
  cache: SlotTextCache = new SlotTextCache(),
): NodeLine[] {
  const ids = new Set<string>();
  const lines: NodeLine[] = [];
  let own: NodeLine | undefined;
  for (let start = 0, end: number, number = 1; start < text.length; start = end + 1, number++) {
    if (number > MOST_NODES) throw new MalformedReplyError(address, COMMAND, `there are more than ${MOST_NODES} nodes`);
    end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const rowEnd = text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    const known = cache.find(text, start, rowEnd);
    if (known) {
      ids.add(known.id);
      if (ids.size === number) {
        lines.push(known);
        continue;
      }
    }
    if (isRestBlank(text, start)) break;
    const refuse: Refuse = reason =>
      new MalformedReplyError(address, COMMAND, reason, { number, text: text.slice(start, end) });
    const line = readLine(text.slice(start, rowEnd), address, cache, refuse);
    if (line.flags.includes('myself')) {
      if (own) throw refuse('a second node is marked "myself"');
      own = line;
    }
    lines.push(line);
    if (ids.add(line.id).size < number) throw refuse(`the id ${line.id} is there twice`);
  }
  if (lines.length === 0) throw new MalformedReplyError(address, COMMAND, 'there is nothing in it');
  if (!own) throw new MalformedReplyError(address, COMMAND, 'no line is marked "myself"');
  return lines;
}

type Refuse = (reason: string) => MalformedReplyError;

function isRestBlank(text: string, start: number): boolean {
  return text.slice(start).trim() === '';
}

function readLine(row: string, address: string, cache: SlotTextCache, refuse: Refuse): NodeLine {
  const pingStart = afterBlanks(row, 4);
  const pongEnd = pingStart < 0 ? -1 : afterBlanks(row, 2, pingStart);
  if (pongEnd < 0) throw refuse('it has fewer than 8 fields');
  if (!areTimes(row, pingStart, pongEnd - 1)) throw refuse(`"${row.slice(pingStart, pongEnd - 1)}" are not two times`);

  const [head, tail] = [row.slice(0, pingStart), row.slice(pongEnd)];
  // The own line is filled in with the address that was asked, and differs from node to node anyway.
  const isOwn = head.includes('myself');
  const lasting = head + tail;
  const line = readLasting(lasting, isOwn ? address : undefined, cache, refuse);
  // A slice of the reply would keep all of it in memory.
  if (!isOwn) cache.keep({ head: lasting.slice(0, head.length), tail: lasting.slice(head.length) }, line);
  return line;
}

/** The index behind the `count`th blank from `start` on, -1 when there are fewer. */
function afterBlanks(text: string, count: number, start = 0): number {
  let index = start;
  for (; count > 0; count--) {
    index = text.indexOf(' ', index) + 1;
    if (index === 0) return -1;
  }
  return index;
}

function readLasting(text: string, ownAddress: string | undefined, cache: SlotTextCache, refuse: Refuse): NodeLine {
  const [id, where, flagText, master, epoch, link, ...slotTexts] = text.split(' ');
  if (id === undefined || where === undefined || flagText === undefined || master === undefined || !epoch || !link)
    throw refuse('it has fewer than 8 fields');
  if (!NODE_ID.test(id)) throw refuse(`"${id}" is not a node id`);

  const flags = flagText.split(',');
  const odd = flags.find(flag => !FLAG.test(flag));
  if (odd !== undefined) throw refuse(`"${odd}" is not a flag`);
  const isMaster = flags.includes('master');
  if (isMaster && flags.includes('slave')) throw refuse('the node is master and slave at once');
  const isOwn = flags.includes('myself');
  if (isOwn && !isMaster && !flags.includes('slave')) throw refuse('the node itself is neither master nor slave');
  if (master !== '-' && !NODE_ID.test(master)) throw refuse(`"${master}" is not the id of a master`);
  if (!WHOLE_NUMBER.test(epoch)) throw refuse(`"${epoch}" is not a config epoch`);
  if (link !== 'connected' && link !== 'disconnected') throw refuse(`"${link}" is not the state of a link`);

  const endpoint = readEndpoint(where, refuse);
  if (isOwn && ownAddress !== undefined && endpoint.host === '') endpoint.host = parseAddress(ownAddress).host;
  const open = slotTexts.filter(slot => slot.startsWith('['));
  const slotText = (open.length === 0 ? slotTexts : slotTexts.filter(slot => !slot.startsWith('['))).join(' ');
  return Object.freeze<NodeLine>({
    id,
    ...endpoint,
    flags,
    ...(master === '-' ? {} : { masterId: master }),
    configEpoch: Number(epoch),
    linkConnected: link === 'connected',
    slots: slotText === '' ? SlotSet.empty : cache.slots(slotText, () => readSlots(slotText, refuse)),
    openSlots: open.map(slot => readOpenSlot(slot, refuse)),
  });
}

/** `host:port`, `host:port@bus`, then `,hostname` and further parts; the host may be empty or IPv6 without brackets. */
function readEndpoint(text: string, refuse: Refuse): Pick<NodeLine, 'host' | 'port' | 'busPort' | 'hostname'> {
  const [ports = '', hostname = ''] = text.split(',');
  const match = /^(.*):(\d{1,5})(?:@(\d{1,5}))?$/.exec(ports);
  if (!match) throw refuse(`"${ports}" is not an address with a port`);
  const port = Number(match[2]);
  // Before Redis 4 the bus port was not sent: it was always this one.
  const busPort = match[3] === undefined ? port + 10000 : Number(match[3]);
  // Port 0 is real: a node whose address is lost, or one without a port for this kind of connection (TLS or not).
  if (port > 65535 || Number(match[3] ?? 0) > 65535) throw refuse(`"${ports}" has a port above 65535`);
  const host = match[1]!.replace(/^\[(.*)\]$/, '$1');
  if (host !== '' && !isHost(host)) throw refuse(`"${host}" is not a host`);
  // Without a host name the first part behind the comma is empty or already an auxiliary field, `name=value`.
  return { host, port, busPort, ...(hostname === '' || hostname.includes('=') ? {} : { hostname }) };
}

function readSlots(text: string, refuse: Refuse): SlotSet {
  const ranges = text.split(' ').map((part): SlotRange => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (!match) throw refuse(`"${part}" is not a slot or a range of slots`);
    const start = Number(match[1]);
    const end = match[2] === undefined ? start : Number(match[2]);
    if (end >= SLOT_COUNT || start > end) throw refuse(`"${part}" is not within the slots 0 to ${SLOT_COUNT - 1}`);
    return { start, end };
  });
  return SlotSet.fromRanges(ranges);
}

/** `[100->-id]` leaves for the node named, `[100-<-id]` comes from it. */
function readOpenSlot(text: string, refuse: Refuse): OpenSlot {
  const match = /^\[(\d{1,5})-([<>])-([0-9a-f]{40})\]$/.exec(text);
  if (!match) throw refuse(`"${text}" is not an open slot`);
  const slot = Number(match[1]);
  if (slot >= SLOT_COUNT) throw refuse(`"${text}" is not within the slots 0 to ${SLOT_COUNT - 1}`);
  return { slot, direction: match[2] === '>' ? 'migrating' : 'importing', peerId: match[3]! };
}
