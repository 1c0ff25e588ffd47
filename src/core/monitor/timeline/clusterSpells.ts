import { nodeName } from '../../topology/wording';
import { conditionOf } from './nodeCondition';
import { nameIn, type Scene } from './scene';
import type { Spell } from './spells';

/** Nobody answers: nothing is known of any node, so that nothing is said of any. */
export function silence({ topology }: Scene): Spell[] {
  if (topology.answered > 0) return [];
  return [
    {
      key: 'silence',
      kind: 'silence',
      nodeIds: [],
      text: 'No node answers here: nothing is known of the cluster until one does.',
      over: 'clusterUp',
      end: () => 'Nodes answer again',
    },
  ];
}

/** `wasUp`: it is no news that a cluster which is only being made is not up yet. */
export function clusterDown({ topology }: Scene, wasUp: boolean): Spell[] {
  if (topology.clusterState !== 'fail') return [];
  return [
    {
      key: 'cluster',
      kind: 'clusterDown',
      nodeIds: [],
      text: 'The cluster state is fail: some or all commands are refused.',
      over: 'clusterUp',
      end: ({ topology: { clusterState } }) => (clusterState === 'ok' ? 'The cluster state is ok again' : undefined),
      quiet: !wasUp,
    },
  ];
}

/** Replicas without their master although that is well: who follows a dead one has no link, which goes without saying. */
export function brokenLinks(scene: Scene, isExplained: (nodeId: string) => boolean): Spell[] {
  return scene.topology.nodes.flatMap(node => {
    const { id, masterId } = node;
    const condition = conditionOf(node);
    if (condition === 'ok' || masterId === undefined) return [];
    const link = `link of ${nodeName(node)} to its master ${nameIn(scene, masterId)}`;
    return [
      {
        key: `link ${id}`,
        kind: 'linkDown' as const,
        nodeIds: [id],
        text: `The ${link} is down.`,
        over: 'linkUp' as const,
        end: ({ after }: Scene) => (after.get(id)?.masterId === masterId ? `The ${link} is up again` : undefined),
        patienceMilliseconds: LINK_PATIENCE_MILLISECONDS,
        quiet: condition !== 'linkDown' || isExplained(id) || isExplained(masterId),
      },
    ];
  });
}

/** News takes a moment to reach every node; only what stays is a disagreement worth telling. */
export function differingViews({ topology }: Scene): Spell[] {
  return topology.disagreements.map(({ kind, nodeIds, text }) => ({
    key: ['views', kind, ...nodeIds].join(' '),
    kind: 'disagreement' as const,
    nodeIds,
    text,
    over: 'agreement' as const,
    end: () => 'The nodes agree again',
    patienceMilliseconds: VIEWS_PATIENCE_MILLISECONDS,
  }));
}

/** A replica that was just told to follow another master has no link until the first bytes have come. */
const LINK_PATIENCE_MILLISECONDS = 1500;
const VIEWS_PATIENCE_MILLISECONDS = 5000;
