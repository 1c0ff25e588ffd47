import { health, topologyAfter, type Plan, type Topology } from '../../core/index';
import type { PagePreview, ToPage } from '../../shared/pageProtocol';
import type { PreviewEnd } from '../../shared/pageStill';
import type { ClusterState } from '../sessions/clusterState';
import { pageDomains } from './pageDomains';
import { buildPicture } from './picture';
import { stillSnapshot } from './snapshot';

export interface PreviewRequest {
  plan: Plan;
  /** What the plan was made from. */
  topology: Topology;
  /** On the button: `Fail Over`. */
  verb: string;
}

type Shown = PreviewRequest & { id: number; outdated: boolean; end: (run: boolean) => void };

/** A plan on the picture of one page, until somebody decides about it there or the page is closed. */
export class PlanPreview {
  #shown: Shown | undefined;
  #made = 0;

  constructor(
    private readonly state: () => ClusterState | undefined,
    private readonly post: (message: ToPage) => void,
  ) {}

  /** True when it is to be run, which the caller asks for again. Another plan in its place ends this one. */
  show(request: PreviewRequest): Promise<boolean> {
    this.#shown?.end(false);
    return new Promise(resolve => {
      this.#shown = { ...request, id: ++this.#made, outdated: false, end: resolve };
      this.send();
    });
  }

  /** To a page that knows nothing of it yet. */
  send(): void {
    const state = this.state();
    if (!this.#shown || !state) return;
    this.#shown.outdated = isOutdated(this.#shown, state);
    this.post({ type: 'preview', preview: previewOf(this.#shown, state) });
  }

  /** After a look: only that the plan does not fit any more is news. */
  update(): void {
    const state = this.state();
    if (this.#shown && state && isOutdated(this.#shown, state) !== this.#shown.outdated) this.send();
  }

  /** From the page; about a plan that is not shown any more it is ignored. */
  answer({ id, run }: PreviewEnd): void {
    if (this.#shown?.id === id) this.end(run);
  }

  end(run: boolean): void {
    const shown = this.#shown;
    if (!shown) return;
    this.#shown = undefined;
    this.post({ type: 'preview' });
    shown.end(run);
  }
}

function previewOf({ id, plan, topology, verb, outdated }: Shown, state: ClusterState): PagePreview {
  const after = topologyAfter(topology, plan);
  const then: ClusterState = {
    definition: state.definition,
    topology: after,
    health: health(after),
    lastCheck: undefined,
    failure: undefined,
    operation: undefined,
    operationElsewhere: undefined,
    localServers: state.localServers,
    timeline: state.timeline,
    figures: state.figures,
    supervisor: state.supervisor,
  };
  const now = topology.observedAtMilliseconds;
  return {
    id,
    title: plan.title,
    verb,
    warnings: plan.warnings.map(({ text }) => text),
    after: stillSnapshot('preview', then, buildPicture(then), now, { domains: pageDomains(after) }),
    outdated,
  };
}

function isOutdated({ plan, topology }: PreviewRequest, state: ClusterState): boolean {
  const now = state.topology;
  // The plan was made from a look of its own, perhaps a later one than what is shown.
  const isLater = now !== undefined && now.observedAtMilliseconds > topology.observedAtMilliseconds;
  return isLater && now.stateId !== plan.stateId;
}
