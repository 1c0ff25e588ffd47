import { asError } from '../monitor/asError';
import { systemClock, type MonitorClock } from '../monitor/clock';
import { Listeners } from '../monitor/listeners';
import type { Monitor, MonitorChange } from '../monitor/monitor';
import type { Plan } from '../plan/types';
import type { Topology } from '../topology/types';
import * as acts from './acts';
import { advance } from './advance';
import { carryOut, type Outcome } from './carryOut';
import { CircumstanceFinder } from './circumstances';
import { describeAct, describeState, stateName } from './describe';
import { faultOf } from './fault';
import { SupervisorLease } from './lease';
import { hasCome, keyOf, later, recall, remember, startAfresh, without, type Memory, type Moment } from './memory';
import { defaultPlanners, planAct } from './planners';
import { completeSettings } from './settings';
import { withoutNodes, type Lease } from './sight';
import { replacedIds } from './tombstones';
import type {
  Guard,
  OtherSupervisor,
  Remembered,
  SupervisedClient,
  SupervisorAct,
  SupervisorEvent,
  SupervisorMode,
  SupervisorOptions,
  SupervisorSettings,
  SupervisorState,
} from './types';

/**
 * The 5-second rule: watches what a monitor sees, and when the cluster agrees that a node failed gives the node its role
 * back if it returns within the grace, replaces it by a spare if not, and balances the roles then. The engine elects; this
 * promotes nobody for a failure. It acts only when every guard passes on a look of the monitor at all nodes; what else the
 * monitor sees, started by somebody else, is a reason for such a look. Works as long as its process does: one supervisor per cluster and machine.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #clock: MonitorClock;
  readonly #lease: SupervisorLease;
  readonly #circumstances: CircumstanceFinder;
  readonly #listeners = new Listeners<undefined>(error => process.emitWarning(asError(error)));
  #settings: SupervisorSettings;
  #memory: Memory;
  #state: SupervisorState = { kind: 'off' };
  #guards: readonly Guard[] = [];
  #events: readonly SupervisorEvent[] = [];
  #held: Lease | undefined;

  #isOn = false;
  #isDisposed = false;
  #stopListening: (() => void)[] = [];
  #cancelWake: (() => void) | undefined;
  #inbox: MonitorChange[] = [];
  #isDirty = false;
  #working: Promise<void> | undefined;
  #ending: Promise<void> = Promise.resolve();
  #topology: Topology | undefined;
  #isLookingAtAll = false;
  #approved: { key: string; until: Moment } | undefined;

  constructor(
    private readonly client: SupervisedClient,
    private readonly monitor: Pick<Monitor, 'topology' | 'lastError' | 'onChange' | 'onError' | 'lookNow'>,
    options: SupervisorOptions = {},
  ) {
    this.#options = options;
    this.#settings = completeSettings(options);
    this.#clock = options.clock ?? systemClock;
    this.#lease = new SupervisorLease(options.journal);
    this.#circumstances = new CircumstanceFinder(client, options.journal);
    this.#memory = recall(options.remembered, this.#now());
  }

  get state(): SupervisorState {
    return this.#state;
  }

  get settings(): SupervisorSettings {
    return this.#settings;
  }

  /** Every condition of acting, passed or not, as of the last look; also when nothing is due. Empty before the first look. */
  get guards(): readonly Guard[] {
    return this.#guards;
  }

  /** Oldest first, bounded. */
  get events(): readonly SupervisorEvent[] {
    return this.#events;
  }

  /** Who supervises this cluster on this machine, while it is not this supervisor. */
  get otherSupervisor(): OtherSupervisor | undefined {
    return this.#held?.held === false ? this.#held.other : undefined;
  }

  /** What has to outlive this process: pass it to the next supervisor of the cluster. Plain data. */
  remember(): Remembered {
    return remember(this.#memory);
  }

  /** Called after anything of the above changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Takes the lease and begins with a few looks. While another holds it, the state says so, and it is tried again. Never rejects. */
  async start(): Promise<void> {
    if (this.#isOn || this.#isDisposed) return;
    this.#isOn = true;
    await this.#ending;
    if (!this.#isOn) return;
    this.#memory = startAfresh(this.#memory);
    this.#stopListening = [
      this.monitor.onChange(change => this.#receive(change)),
      this.monitor.onError(() => void this.#nudge()),
    ];
    this.#topology = this.monitor.topology;
    if (!this.#topology) await this.monitor.lookNow().catch(ignored);
    await this.#nudge();
  }

  /** Acts no more and lets the lease go. An operation that runs is left to end. */
  stop(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    for (const stopListening of this.#stopListening.splice(0)) stopListening();
    this.#cancelWake?.();
    this.#inbox = [];
    this.#approved = undefined;
    this.#ending = this.#release();
    this.#show({ kind: 'off' });
    this.#tell();
  }

  /** Like `stop`, for good; resolves when the lease is free. Never rejects. */
  async dispose(): Promise<void> {
    this.stop();
    this.#isDisposed = true;
    this.#listeners.clear();
    await this.#ending;
  }

  setMode(mode: SupervisorMode): void {
    this.configure({ mode });
  }

  /** A grace that runs already keeps its end. */
  configure(settings: Partial<SupervisorSettings>): void {
    this.#settings = completeSettings(settings, this.#settings);
    void this.#nudge();
  }

  /** Lets the proposed act be done: by the plan shown while it still fits, else by one made anew. False when none is proposed. */
  approve(): boolean {
    const { proposal } = this.#memory;
    if (this.#state.kind !== 'asking' || !proposal) return false;
    this.#approved = { key: proposal.key, until: later(this.#now(), APPROVAL_MILLISECONDS) };
    void this.#nudge();
    return true;
  }

  /** The proposed act is not done, and not proposed again for this failure. False when none is proposed. */
  decline(): boolean {
    const { proposal } = this.#memory;
    if (this.#state.kind !== 'asking' || !proposal) return false;
    this.#memory = acts.decline(this.#memory);
    this.#record({ kind: 'actDeclined', text: `It was declined to ${describeAct(proposal.act)}.` });
    void this.#nudge();
    return true;
  }

  /** A person has looked at why it is blocked: what failed or flapped may be tried again, and the limits count anew. */
  acknowledge(): void {
    this.#memory = acts.acknowledge(this.#memory);
    void this.#nudge();
  }

  /** What was declined may be proposed again. */
  askAgain(): void {
    this.#memory = acts.askAgain(this.#memory);
    void this.#nudge();
  }

  async #release(): Promise<void> {
    await this.#working;
    await this.#lease.release();
    this.#held = undefined;
  }

  #receive(change: MonitorChange): void {
    this.#inbox.push(change);
    void this.#nudge();
  }

  /** Resolves when all that was known at the call has been thought through. Never rejects. */
  #nudge(): Promise<void> {
    this.#isDirty = true;
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
    return this.#working;
  }

  async #work(): Promise<void> {
    while (this.#isOn && (this.#isDirty || this.#inbox.length > 0)) {
      this.#isDirty = false;
      try {
        await this.#step(this.#inbox.shift());
      } catch (error) {
        if (!this.#isOn) return;
        const { reason } = faultOf(error);
        this.#show({ kind: 'blocked', code: 'internal', reason, remedy: 'It goes on with the next look.' });
        this.#wakeIn(IDLE_MILLISECONDS, false);
      }
      this.#tell();
    }
  }

  async #step(change: MonitorChange | undefined): Promise<void> {
    this.#topology = change?.topology ?? this.#topology;
    const topology = this.#topology;
    const { standsBackFor } = this.#settings;
    const before = this.otherSupervisor;
    this.#held = await (standsBackFor === '' ? this.#lease.hold(topology) : this.#lease.standBack(standsBackFor));
    if (!this.#isOn) return;
    if (before && this.#held.held) this.#takeOver();
    if (!topology) {
      this.#show({ kind: 'observing', looksToGo: this.#memory.looksToGo });
      return this.#wakeIn(IDLE_MILLISECONDS, true);
    }
    const { lastError } = this.monitor;
    const circumstances = await this.#circumstances.find(topology, this.#held, this.#memory, lastError, this.#now());
    if (!this.#isOn) return;
    const seen = {
      topology,
      events: change?.events ?? [],
      afterPause: change?.afterPause ?? false,
      isNewLook: change !== undefined,
      circumstances,
    };
    const { memory, state, guards, events, wants, lookInMilliseconds } = advance(
      this.#memory,
      seen,
      this.#settings,
      this.#now(),
    );
    this.#memory = wants ? memory : without(memory, 'refusal', 'proposal');
    this.#guards = guards;
    for (const event of events) this.#keep(event);
    this.#show(state);
    this.#wakeIn(lookInMilliseconds ?? IDLE_MILLISECONDS, lookInMilliseconds !== undefined);
    if (wants) await this.#follow(wants, topology, change?.askedAll ?? false);
  }

  /** Goes on with what the other one left: what it replaced, and how much of its limits it used up. */
  #takeOver(): void {
    const { running, verifying } = this.#memory;
    const remembered = running || verifying ? undefined : this.#options.recall?.();
    if (remembered) this.#memory = recall(remembered, this.#now());
  }

  /** Plans what is wanted, and proposes or does it: by a look at all nodes, else after one that still wants it. */
  async #follow(act: SupervisorAct, topology: Topology, askedAll: boolean): Promise<void> {
    const key = keyOf(act, this.#memory);
    const { proposal } = this.#memory;
    const proposed = proposal?.key === key ? proposal : undefined;
    const approved = this.#approved;
    const isApproved = approved?.key === key && !hasCome(approved.until, this.#now());
    const mayAct = this.#settings.mode === 'act' || isApproved;
    const isCurrent = proposed?.plan.stateId === topology.stateId;
    const { refusal } = this.#memory;
    const isTooSoon = refusal?.key === key && !hasCome(later(refusal.triedAt, RETRY_MILLISECONDS), this.#now());
    if ((isCurrent && !mayAct) || (isTooSoon && !isApproved)) return;
    if (!askedAll) return this.#lookAtAll();
    try {
      const { journal, planners = defaultPlanners } = this.#options;
      const members = withoutNodes(topology, withoutSubject(replacedIds(this.#memory), act));
      const plan = isCurrent && proposed ? proposed.plan : await planAct(act, members, planners, this.client, journal);
      if (!this.#isOn) return;
      if (!plan) this.#memory = acts.skipBalancing(this.#memory);
      else if (mayAct) this.#run(plan, act);
      else this.#propose(plan, act, proposed === undefined);
    } catch (error) {
      this.#memory = acts.refuse(this.#memory, act, faultOf(error), this.#now());
    }
    this.#isDirty = true;
  }

  /** What it sees comes as any look does. */
  #lookAtAll(): void {
    if (this.#isLookingAtAll) return;
    this.#isLookingAtAll = true;
    this.monitor
      .lookNow()
      .catch(ignored)
      .finally(() => (this.#isLookingAtAll = false));
  }

  #propose(plan: Plan, act: SupervisorAct, isNew: boolean): void {
    this.#memory = acts.propose(this.#memory, act, plan);
    if (isNew) this.#record({ kind: 'actProposed', text: `It proposes to ${describeAct(act)}: ${plan.title}.` });
  }

  #run(plan: Plan, act: SupervisorAct): void {
    const { journal } = this.#options;
    const means = { client: this.client, monitor: this.monitor, ...(journal ? { journal } : {}) };
    const { operationId, outcome } = carryOut(plan, act, means, id => {
      this.#record({ kind: 'actStarted', text: `It begins to ${describeAct(act)}.`, operationId: id });
      this.#tell();
    });
    this.#memory = acts.begin(this.#memory, act, operationId, this.#now());
    void outcome.then(result => this.#ended(act, operationId, result));
  }

  #ended(act: SupervisorAct, operationId: string, outcome: Outcome): void {
    // What was approved and could not begin needs no second approval.
    if (outcome.kind !== 'refused') this.#approved = undefined;
    switch (outcome.kind) {
      case 'completed':
        this.#memory = acts.complete(this.#memory, this.#settings, this.#now(), outcome.banMilliseconds);
        this.#record({ kind: 'actCompleted', text: outcome.text, operationId });
        break;
      case 'refused':
        this.#memory = acts.refuse(this.#memory, act, outcome.fault, this.#now());
        break;
      case 'failed': {
        const { fault, isForgotten, banMilliseconds, text } = outcome;
        const why = { ...fault, isForgotten, banMilliseconds };
        this.#memory = acts.fail(this.#memory, why, this.#settings, this.#now());
        this.#record({ kind: 'actFailed', text, operationId });
        break;
      }
    }
    this.#tell();
    this.#wakeIn(0, true);
  }

  #wakeIn(milliseconds: number, forLook: boolean): void {
    this.#cancelWake?.();
    if (!this.#isOn) return;
    this.#cancelWake = this.#clock.after(Math.max(0, milliseconds), () => {
      // Why a look failed comes through `onError`.
      if (forLook) this.monitor.lookNow().catch(ignored);
      else void this.#nudge();
    });
  }

  #show(state: SupervisorState): void {
    const before = this.#state;
    this.#state = state;
    if (stateName(before) !== stateName(state)) this.#record({ kind: 'stateChanged', text: describeState(state) });
  }

  #record(event: Omit<SupervisorEvent, 'atMilliseconds'>): void {
    this.#keep({ atMilliseconds: this.#clock.wall(), ...event });
  }

  #keep(event: SupervisorEvent): void {
    this.#events = [...this.#events, event].slice(-KEPT_EVENTS);
  }

  #tell(): void {
    this.#listeners.tell(undefined);
  }

  #now(): Moment {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.wall() };
  }
}

/** What is to be forgotten again is not hidden from its planner, as other replaced nodes are. */
function withoutSubject(replaced: ReadonlySet<string>, act: SupervisorAct): ReadonlySet<string> {
  return act.kind === 'forget' ? new Set([...replaced].filter(id => id !== act.subject.id)) : replaced;
}

/** How often to think it over when nothing new was seen: a lease or a lock of somebody else may be free. */
const IDLE_MILLISECONDS = 5000;
const RETRY_MILLISECONDS = 900;
/** An approval of something that cannot begin meanwhile is no approval for ever. */
const APPROVAL_MILLISECONDS = 60_000;
const KEPT_EVENTS = 200;

function ignored(): void {
  // Told by whoever failed.
}
