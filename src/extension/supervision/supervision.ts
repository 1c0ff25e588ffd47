import type { Event, ExtensionContext } from 'vscode';
import { Supervisor, type Journal, type Operation, type Plan, type Remembered } from '../../core/index';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import { Emitter } from '../sessions/emitter';
import type { Link, Supervisors } from '../sessions/link';
import { entriesOf, isInProduction } from '../sessions/twins';
import type { ClusterDefinition, ClusterSession, SessionStore } from '../sessions/types';
import type { Settings } from '../settings/settings';
import { parseRemembered } from './parseRemembered';
import { retiredAfter } from './retiredNodes';

/** How far the supervisor of a cluster may go; `off`: there is none. */
export type SupervisionMode = Supervisor['settings']['mode'] | 'off';

const modesKey = 'redisCluster.supervisionModes';
const rememberedKey = 'redisCluster.supervisorMemories';
const retiredKey = 'redisCluster.retiredNodes';

/** Who is supervised how, kept over reloads: modes, what each supervisor has to remember, nodes out of use. No secret. */
export class Supervision extends Disposable implements Supervisors {
  readonly #state: ExtensionContext['globalState'];
  readonly #settings: Settings;
  readonly #journal: () => Promise<Journal>;
  readonly #log: Log;
  readonly #changed: Emitter<void>;
  #store: Pick<SessionStore, 'sessions'> = { sessions: [] };

  constructor(
    { globalState }: Pick<ExtensionContext, 'globalState'>,
    settings: Settings,
    journal: () => Promise<Journal>,
    log: Log,
  ) {
    super();
    this.#state = globalState;
    this.#settings = settings;
    this.#journal = journal;
    this.#log = log;
    this.#changed = this.register(new Emitter<void>(error => log.error('supervisor', 'A listener failed.', error)));
    this.register(settings.onDidChange(() => this.#changed.fire()));
  }

  /** Fires after a mode or a setting changed, or which entries of the list are one cluster. */
  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  /**
   * From now on it minds which entries of the list are one cluster: the mark of one holds for all, and only the first of
   * those that are supervised may act.
   */
  attend(store: Pick<SessionStore, 'sessions' | 'onDidChange'>): void {
    this.#store = store;
    let before = '';
    this.register(
      store.onDidChange(() => {
        const now = JSON.stringify(
          store.sessions.map(({ definition }) => [this.modeOf(definition), this.#standsBackFor(definition)]),
        );
        if (now === before) return;
        before = now;
        this.#changed.fire();
      }),
    );
  }

  /**
   * What was chosen for this cluster, else the setting: `auto` acts on local clusters and asks elsewhere. In production
   * nothing acts for which that was not chosen by name.
   */
  modeOf(definition: ClusterDefinition): SupervisionMode {
    const { id, readOnly, production, local } = definition;
    if (readOnly) return 'off';
    const chosen = this.#modes()[id];
    if (chosen !== undefined) return chosen;
    const { mode } = this.#settings.supervisor;
    const set = mode === 'auto' ? (local ? 'act' : 'ask') : mode;
    if (set !== 'act') return set;
    const session = this.#sessionOf(definition);
    return production || (session && isInProduction(session, this.#store.sessions)) ? 'ask' : 'act';
  }

  async setMode({ id }: ClusterDefinition, mode: SupervisionMode): Promise<void> {
    await this.#state.update(modesKey, { ...this.#modes(), [id]: mode });
    this.#changed.fire();
  }

  /** Forgets what was chosen and remembered for a cluster that was removed. */
  async forget(clusterId: string): Promise<void> {
    for (const key of [modesKey, rememberedKey, retiredKey]) {
      const kept = Object.entries(this.#state.get<Record<string, unknown>>(key, {})).filter(([id]) => id !== clusterId);
      await this.#state.update(key, Object.fromEntries(kept));
    }
  }

  /** Starts to supervise through a link; `follow` gets each operation it begins. Undefined where the mode is `off`. */
  async open(
    definition: ClusterDefinition,
    { client, monitor }: Link,
    follow: (operation: Operation) => void,
  ): Promise<Supervisor | undefined> {
    const mode = this.modeOf(definition);
    if (mode === 'off') return undefined;
    const recall = (): Remembered | undefined => parseRemembered(this.#memories()[definition.id]);
    const remembered = recall();
    const supervised: ConstructorParameters<typeof Supervisor>[0] = {
      node: address => client.node(address),
      measureFailover: options => client.measureFailover(options),
      run: (plan, options) => {
        const operation = client.run(plan, options);
        follow(operation);
        return operation;
      },
    };
    const supervisor = new Supervisor(supervised, monitor, {
      ...this.#limits(definition),
      mode,
      journal: await this.#journal(),
      ...(remembered && { remembered }),
      recall,
    });
    let written = JSON.stringify(remembered);
    supervisor.onChange(() => {
      // The one in the other window writes down what it does.
      if (supervisor.otherSupervisor) return;
      const now = supervisor.remember();
      const text = JSON.stringify(now);
      if (text === written) return;
      written = text;
      this.#keep(definition.id, now);
    });
    await supervisor.start();
    return supervisor;
  }

  /** Gives a running supervisor the mode and settings of now. False when it is to be ended instead. */
  configure(definition: ClusterDefinition, supervisor: Supervisor): boolean {
    const mode = this.modeOf(definition);
    if (mode === 'off') return false;
    supervisor.configure({ ...this.#limits(definition), mode });
    return true;
  }

  noteOperation(definition: ClusterDefinition, plan: Plan): void {
    const retired = this.#retired(definition);
    const after = retiredAfter(retired, plan);
    if (after.join() !== retired.join()) this.#retire(definition, after);
  }

  /** Lets a node that was taken out of use stand by again. False when it was not. */
  enlist(definition: ClusterDefinition, address: string): boolean {
    const retired = this.#retired(definition);
    if (!retired.includes(address)) return false;
    this.#retire(
      definition,
      retired.filter(other => other !== address),
    );
    return true;
  }

  /** By whichever entry of the list it was done. */
  #retired(definition: ClusterDefinition): readonly string[] {
    const all = this.#state.get<Record<string, readonly string[]>>(retiredKey, {});
    return [...new Set(this.#idsOf(definition).flatMap(id => all[id] ?? []))];
  }

  #retire(definition: ClusterDefinition, addresses: readonly string[]): void {
    const all = this.#state.get<Record<string, readonly string[]>>(retiredKey, {});
    const changed = Object.fromEntries(this.#idsOf(definition).map(id => [id, addresses]));
    this.#state.update(retiredKey, { ...all, ...changed }).then(undefined, error => {
      this.#log.warn('supervisor', `Which nodes are out of use could not be kept: ${String(error)}`);
    });
    this.#changed.fire();
  }

  #limits(definition: ClusterDefinition): Omit<Supervisor['settings'], 'mode'> {
    const { graceSeconds, coolDownSeconds, actsPerHour, failBacksPerTenMinutes, balanceRoles } =
      this.#settings.supervisor;
    const [spares, retired] = [definition.spares ?? [], this.#retired(definition)];
    const standsBackFor = this.#standsBackFor(definition);
    return {
      ...{ graceSeconds, coolDownSeconds, actsPerHour, failBacksPerTenMinutes, balanceRoles },
      ...{ spares, retired, standsBackFor },
    };
  }

  /**
   * The name of the entry that supervises the same cluster instead: the first in the list that sees it and may do more than
   * look, else the first. Empty where this is the one.
   */
  #standsBackFor(definition: ClusterDefinition): string {
    const own = this.#sessionOf(definition);
    const all = this.#entriesOf(definition).filter(each => each === own || each.supervisor !== undefined);
    const isAble = (each: ClusterSession): boolean =>
      each.failure === undefined && this.modeOf(each.definition) !== 'observe';
    const first = all.find(isAble) ?? all[0];
    return first === undefined || first === own ? '' : first.definition.name;
  }

  /** The entries of the list that are this cluster, itself among them when it is listed; in the order of the list. */
  #entriesOf(definition: ClusterDefinition): ClusterSession[] {
    const own = this.#sessionOf(definition);
    return own ? entriesOf(own, this.#store.sessions) : [];
  }

  #idsOf(definition: ClusterDefinition): string[] {
    return [...new Set([definition, ...this.#entriesOf(definition).map(each => each.definition)].map(({ id }) => id))];
  }

  #sessionOf({ id }: ClusterDefinition): ClusterSession | undefined {
    return this.#store.sessions.find(({ definition }) => definition.id === id);
  }

  #modes(): Record<string, SupervisionMode> {
    return this.#state.get<Record<string, SupervisionMode>>(modesKey, {});
  }

  #memories(): Record<string, unknown> {
    return this.#state.get<Record<string, unknown>>(rememberedKey, {});
  }

  #keep(clusterId: string, remembered: unknown): void {
    this.#state.update(rememberedKey, { ...this.#memories(), [clusterId]: remembered }).then(undefined, error => {
      this.#log.warn('supervisor', `What it has to remember could not be kept: ${String(error)}`);
    });
  }
}
