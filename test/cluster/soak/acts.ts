import { commandIds } from '../../../src/shared/commandIds';
import type { Host } from './host';
import { editor } from './standIn/editor';

/** What happens in an editor, whatever the clusters are made of. */
export interface Scene {
  /** Resolves when so much time has passed, real or simulated. */
  pass: (milliseconds: number) => Promise<void>;
  host: Host;
  clusters: readonly { id: string; definition: object }[];
}

export type Act<Stage extends Scene = Scene> = (scene: Stage, cluster: number) => Promise<unknown>;

const SECOND = 1000;

/** What a person does, to one cluster; when an act has ended all is as it was, roles aside. */
export const personActs = {
  'the page is closed and opened again': async ({ pass, clusters }, cluster) => {
    const { id } = clusters[cluster]!;
    for (const page of [...editor.pages]) if (page.title === id) page.dispose();
    await pass(5 * SECOND);
    await showPage(id);
  },
  'the pages are asked': async ({ pass }) => {
    for (const page of editor.pages) {
      page.tell({ type: 'past', request: 1, atMilliseconds: Date.now() - 60 * SECOND });
      page.tell({ type: 'whatIf', subject: { kind: 'host', label: 'host-1' } });
      page.tell({ type: 'measureSlots', by: 'keys' });
      await pass(5 * SECOND);
      page.tell({ type: 'stopMeasuring' });
    }
    for (const view of editor.views.values()) view.hover();
  },
  'nobody looks': async ({ pass }) => {
    look(false);
    await pass(60 * SECOND);
    look(true);
  },
  'a check': async (scene, cluster) => {
    const { clusters } = scene;
    await during(scene, editor.run(commandIds.check, { clusterId: clusters[cluster]!.id, strayKeys: false }));
    editor.closeDocument();
  },
  'a failover by hand': async (scene, cluster) => {
    const { clusters } = scene;
    const replicas = editor.views.get('redisCluster.clusters')!.find('node', 'replica', 'ok');
    const own = replicas.find(row => (row as { clusterId?: string }).clusterId === clusters[cluster]!.id);
    await during(scene, editor.run(commandIds.failover, own));
  },
  'the supervisor is asked for its reasons': async ({ pass, clusters }, cluster) => {
    await editor.run(commandIds.explainSupervisor, { clusterId: clusters[cluster]!.id });
    await pass(10 * SECOND);
    editor.closeDocument();
  },
  'the password is typed anew': ({ host, clusters }, cluster) => host.changePassword(clusters[cluster]!.id, undefined),
  'the tree is grouped by host, and by shard': async ({ pass }) => {
    await editor.run(commandIds.groupByHost);
    await pass(10 * SECOND);
    await editor.run(commandIds.groupByShard);
  },
  'it is taken off the list and put back': async ({ pass, clusters }, cluster) => {
    const all = clusters.map(({ definition }) => definition);
    editor.set('clusters', all.toSpliced(cluster, 1));
    await pass(10 * SECOND);
    editor.set('clusters', all);
    await pass(5 * SECOND);
    await showPage(clusters[cluster]!.id);
  },
  'a setting is changed': async ({ pass }) => {
    const before = editor.settings.get('commandTimeoutSeconds');
    editor.set('commandTimeoutSeconds', 31);
    await pass(10 * SECOND);
    editor.set('commandTimeoutSeconds', before);
  },
} satisfies Record<string, Act>;

export async function showPage(clusterId: string): Promise<void> {
  await editor.run(commandIds.showTopology, { clusterId });
}

function look(visible: boolean): void {
  for (const view of editor.views.values()) view.setVisible(visible);
  for (const page of editor.pages) page.setVisible(visible);
}

/** Lets time pass until it has ended; what it ended with is in the log. */
async function during({ pass }: Scene, work: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  over.catch(() => undefined);
  while (!isOver) await pass(50);
  await over;
}
