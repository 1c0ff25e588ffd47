import assert from 'node:assert/strict';
import type { CommandWords, NodeConnection } from '../../../src/core/connection/types';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { OperationResult } from '../../../src/core/operation/types';
import type { SlotInspection } from '../../../src/core/plan/fix/inspection';
import { planFix, type FixRequest } from '../../../src/core/plan/fix/planFix';
import { PlanError } from '../../../src/core/plan/planError';
import type { Plan } from '../../../src/core/plan/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { clientOf, linesOf, settled, startMembers, type MembersOptions } from '../members';
import { checkCluster, eventually, sendCommand, type TestServers } from '../testCluster';

/** The slot of every key that begins with `{aga}`; the first master of three owns it. */
export const slot = 609;

export type Wish = Omit<FixRequest, 'inspection'>;

/** A cluster whose slots are made wrong behind the product's back, and the product that mends them. */
export class FixStage {
  /** What was written and has to be there in the end. */
  readonly written = new Map<string, string>();

  private constructor(
    readonly servers: TestServers,
    readonly client: ClusterClient,
    /** Of the three masters, in the order of their slots. */
    readonly ports: readonly [number, number, number],
    readonly ids: readonly [string, string, string],
  ) {}

  static async open(options: Partial<MembersOptions> = {}): Promise<FixStage> {
    const servers = await startMembers({ count: 3, replicas: 0, spares: 0, ...options });
    const client = clientOf(servers);
    const ports = servers.ports.slice(0, 3) as unknown as readonly [number, number, number];
    const ids = (await Promise.all(ports.map(port => sendCommand(port, ['CLUSTER', 'MYID'])))) as string[];
    return new FixStage(servers, client, ports, ids as unknown as readonly [string, string, string]);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.servers.close();
  }

  send(master: 0 | 1 | 2, ...words: (string | number)[]): ReturnType<typeof sendCommand> {
    return sendCommand(this.ports[master], words);
  }

  nodeOf(master: 0 | 1 | 2): NodeConnection {
    return this.client.node(`127.0.0.1:${this.ports[master]}`);
  }

  setSlot(
    master: 0 | 1 | 2,
    number: number,
    state: 'IMPORTING' | 'MIGRATING' | 'NODE',
    peer: 0 | 1 | 2,
  ): ReturnType<typeof sendCommand> {
    return this.send(master, 'CLUSTER', 'SETSLOT', number, state, this.ids[peer]);
  }

  /** Writes keys of the slot at its owner. */
  async write(master: 0 | 1 | 2, names: readonly string[], value = 'home'): Promise<void> {
    const entries = names.map(name => [`{aga}${name}`, `${value} ${name}`] as const);
    const commands = entries.map(([name, text]): CommandWords => ['SET', name, text]);
    // One that has just claimed a slot may call the cluster down for a moment.
    await eventually(async () => (await this.nodeOf(master).pipeline(commands)).every(reply => reply === 'OK'), {
      what: `master ${master} takes the keys`,
    });
    for (const [name, text] of entries) this.written.set(name, text);
  }

  /** Writes keys of the slot where it is imported; `expect`: these are the copies that count in the end. */
  async writeImported(
    master: 0 | 1 | 2,
    names: readonly string[],
    { value = 'away', expect = true } = {},
  ): Promise<void> {
    const words = names.flatMap((name): CommandWords[] => [['ASKING'], ['SET', `{aga}${name}`, `${value} ${name}`]]);
    for (const reply of await this.nodeOf(master).pipeline(words)) assert.equal(reply, 'OK');
    if (expect) for (const name of names) this.written.set(`{aga}${name}`, `${value} ${name}`);
  }

  /** Leaves keys of the slot at a master that does not own it, the slot being closed. */
  async leaveStray(
    master: 0 | 1 | 2,
    owner: 0 | 1 | 2,
    names: readonly string[],
    options: { value?: string; expect?: boolean } = {},
  ): Promise<void> {
    await this.setSlot(master, slot, 'IMPORTING', owner);
    await this.writeImported(master, names, options);
    await this.send(master, 'CLUSTER', 'SETSLOT', slot, 'STABLE');
  }

  async inspect(strayKeys = false): Promise<SlotInspection> {
    return this.client.inspectSlots({ strayKeys });
  }

  async plan(wish: Wish = {}, { strayKeys = false } = {}): Promise<Plan> {
    const topology = await this.client.observe();
    return planFix(topology, { ...wish, inspection: await this.inspect(strayKeys) });
  }

  async fix(wish: Wish = {}, options: { strayKeys?: boolean } = {}): Promise<{ plan: Plan; result: OperationResult }> {
    const plan = await this.plan(wish, options);
    const result = await this.client.run(plan).finished;
    assert.equal(result.outcome, 'completed');
    return { plan, result };
  }

  async refusal(wish: Wish = {}, options: { strayKeys?: boolean } = {}): Promise<PlanError> {
    try {
      await this.plan(wish, options);
    } catch (error) {
      assert(error instanceof PlanError, String(error));
      return error;
    }
    return assert.fail('a fix was planned');
  }

  /** Nothing is wrong for the reference tool and for us; every key is at the owner of its slot, and nowhere else. */
  async assertFixed(owner: 0 | 1 | 2, ports: readonly number[] = this.ports): Promise<void> {
    await checkCluster(this.servers, ports[0]);
    const error = await this.refusal({ uncovered: 'assign' }, { strayKeys: true });
    assert.equal(error.code, 'nothingToDo', error.message);
    const names = [...this.written.keys()];
    const values = await this.nodeOf(owner).pipeline(names.map(name => ['GET', name]));
    names.forEach((name, index) => assert.equal(values[index], this.written.get(name), name));
    for (const port of ports)
      assert.equal(
        await sendCommand(port, ['CLUSTER', 'COUNTKEYSINSLOT', slot]),
        port === this.ports[owner] ? this.written.size : 0,
        `keys of slot ${slot} at ${port}`,
      );
  }

  /** Until these slots belong to nobody in anybody's view: what was on its way between nodes can give them back once. */
  async disown(slots: readonly number[]): Promise<void> {
    await eventually(
      async () => {
        for (const master of [0, 1, 2] as const) {
          const own = SlotSet.parse((await linesOf(this.ports[master])).flatMap(slotWords).join(' '));
          const known = slots.filter(number => own.has(number));
          if (known.length > 0) await this.send(master, 'CLUSTER', 'DELSLOTS', ...known);
        }
        const found = (await this.inspect()).slots.filter(each => slots.includes(each.slot));
        return found.length === slots.length && found.every(({ views }) => views.every(({ owner }) => owner === null));
      },
      { what: `${slots.length} slots belong to nobody` },
    );
  }

  /** Which of the three masters owns a slot. */
  async ownerOf(number: number): Promise<0 | 1 | 2> {
    const { nodes } = await this.client.observe();
    const owner = this.ids.findIndex(id => nodes.find(node => node.id === id)!.slots.has(number));
    assert(owner >= 0, `nobody owns slot ${number}`);
    return owner as 0 | 1 | 2;
  }

  /** Back to an empty cluster whose first master owns the slot. */
  async reset(): Promise<void> {
    this.written.clear();
    await settled(this.client, this.servers.ports.length);
    for (const port of this.ports) await sendCommand(port, ['FLUSHALL']);
    const topology = await this.client.observe();
    if (topology.nodes.find(({ id }) => id === this.ids[0])!.slots.has(slot)) return;
    // Empty as it is, nothing can be lost on the way; taken from an open slot it comes with a new epoch, and is told to all.
    for (const master of [1, 2] as const) await this.setSlot(master, slot, 'NODE', 0);
    await this.send(0, 'CLUSTER', 'DELSLOTS', slot).catch(() => undefined);
    await this.setSlot(0, slot, 'IMPORTING', 1);
    await this.setSlot(0, slot, 'NODE', 0);
    await settled(this.client, this.servers.ports.length);
  }
}

/** The closed slots in a line of CLUSTER NODES. */
function slotWords(line: string): string[] {
  return line
    .split(' ')
    .slice(8)
    .filter(word => !word.startsWith('['));
}
