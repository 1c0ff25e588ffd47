import { advance, type Advance } from '../../../src/core/supervisor/advance';
import { recall, type Memory, type Moment } from '../../../src/core/supervisor/memory';
import type { Circumstances } from '../../../src/core/supervisor/sight';
import type { Guard, GuardCode, SupervisorSettings } from '../../../src/core/supervisor/types';
import { diffTopologies } from '../../../src/core/topology/diffTopologies';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Look, ServerInfo, Topology } from '../../../src/core/topology/types';
import { loneNode, looksAt, nodeId, viewOf, type ModelNode, type Viewpoint } from '../topology/modelCluster';

const settings: SupervisorSettings = {
  mode: 'act',
  graceSeconds: 5,
  coolDownSeconds: 60,
  actsPerHour: 3,
  failBacksPerTenMinutes: 3,
  balanceRoles: true,
  spares: [],
  retired: [],
  standsBackFor: '',
};

const quiet: Circumstances = {
  lease: { held: true, text: 'Nobody else supervises this cluster.' },
  operations: [],
  isChanging: false,
  answeringTombstones: [],
};

/** The six nodes and the spare of the story, as `ModelStage` starts with them. */
export const [aM, bM, cM, aS, bS, cS, spare, spare2] = [1, 2, 3, 4, 5, 6, 101, 102].map(nodeId) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

/**
 * An imagined cluster on three hosts (A-M and C-S, B-M and A-S, C-M and B-S) with two spares outside, its supervisor's
 * memory, and time that passes only when a test says so. A change of the model is seen at the next `look`.
 */
export class ModelStage {
  nodes: ModelNode[] = storyNodes();
  spares: ModelNode[] = [loneNode(101), loneNode(102)];
  /** Ids of nodes that do not answer. */
  silent = new Set<string>();
  viewpoints: Record<string, Viewpoint> = {};
  settings: SupervisorSettings = { ...settings };
  circumstances: Circumstances = { ...quiet };
  now: Moment = { monotonic: 0, wall: Date.UTC(2030, 0, 1) };
  memory: Memory = recall(undefined, this.now);
  topology: Topology | undefined;
  last!: Advance;

  /** Time passes. */
  pass(seconds: number): this {
    this.now = { monotonic: this.now.monotonic + seconds * 1000, wall: this.now.wall + seconds * 1000 };
    return this;
  }

  /** A look, and what the supervisor makes of it. */
  look({ afterPause = false } = {}): Advance {
    const previous = this.topology;
    const looks: Look[] = [
      ...looksAt(this.nodes, { silent: [...this.silent], viewpoints: this.viewpoints }),
      ...this.spares
        .filter(({ id }) => !this.silent.has(id))
        .map(node => ({ view: viewOf([node], node.id, this.viewpoints[node.id] ?? {}) })),
    ];
    this.topology = mergeLooks(looks, {
      ...(previous ? { previous } : {}),
      nowMilliseconds: this.now.wall,
      hosts: HOSTS,
    });
    return this.#advance(diffTopologies(previous, this.topology), true, afterPause);
  }

  /** Thinks again without a look. */
  think(): Advance {
    return this.#advance([], false, false);
  }

  /** Looks every half second for so long; the last result. */
  lookFor(seconds: number): Advance {
    for (let passed = 0; passed < seconds; passed += 0.5) this.pass(0.5).look();
    return this.last;
  }

  /** Past the looks it takes at the start. */
  settle(): this {
    for (let looks = 0; looks < 3; looks++) this.pass(0.5).look();
    return this;
  }

  change(id: string, change: Partial<ModelNode>): this {
    this.nodes = this.nodes.map(node => (node.id === id ? { ...node, ...change } : node));
    return this;
  }

  /** The node stops answering, and all others agree that it failed. */
  kill(id: string): this {
    this.silent.add(id);
    return this.change(id, { flags: ['fail'] });
  }

  /** The replica of a dead master is elected. */
  promote(replica: string, master: string): this {
    const { slots } = this.nodes.find(({ id }) => id === master)!;
    const { masterId, ...elected } = this.nodes.find(({ id }) => id === replica)!;
    void masterId;
    this.nodes = this.nodes.map(node =>
      node.id === replica ? { ...elected, role: 'master', slots, epoch: 20 } : node,
    );
    return this.change(master, { slots: '' });
  }

  /** The node is back, as a replica of that master, in sync. */
  bringBack(id: string, masterId: string): this {
    this.silent.delete(id);
    return this.change(id, { flags: [], role: 'slave', masterId, slots: '' });
  }

  /** What only the node itself tells. */
  inform(id: string, info: Partial<ServerInfo>): this {
    this.viewpoints = { ...this.viewpoints, [id]: { ...this.viewpoints[id], info } };
    return this;
  }

  /** A-M died and A-S was elected; the first look that sees both. */
  failOver(): Advance {
    this.settle();
    this.pass(0.5).kill(aM).look();
    return this.pass(0.5).promote(aS, aM).look();
  }

  guard(code: GuardCode): Guard {
    return this.last.guards.find(guard => guard.code === code)!;
  }

  #advance(events: Parameters<typeof advance>[1]['events'], isNewLook: boolean, afterPause: boolean): Advance {
    const { topology, circumstances } = this;
    this.last = advance(
      this.memory,
      { topology: topology!, events, afterPause, isNewLook, circumstances },
      this.settings,
      this.now,
    );
    this.memory = this.last.memory;
    return this.last;
  }
}

const HOSTS: Record<string, string> = {
  '10.0.0.1:7001': 'h1',
  '10.0.0.2:7002': 'h2',
  '10.0.0.3:7003': 'h3',
  '10.0.0.4:7004': 'h2',
  '10.0.0.5:7005': 'h3',
  '10.0.0.6:7006': 'h1',
  '10.9.0.101:7500': 'h4',
  '10.9.0.102:7500': 'h1',
};

function storyNodes(): ModelNode[] {
  const ids = [aM, bM, cM, aS, bS, cS];
  return ids.map((id, index): ModelNode => {
    const isMaster = index < 3;
    return {
      id,
      host: `10.0.0.${index + 1}`,
      port: 7001 + index,
      role: isMaster ? 'master' : 'slave',
      ...(isMaster ? {} : { masterId: ids[index - 3]! }),
      slots: isMaster ? ['0-5460', '5461-10922', '10923-16383'][index]! : '',
      epoch: (index % 3) + 1,
      flags: [],
    };
  });
}
