import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Looks at all nodes from outside, with connections and code of its own. */
export interface Watcher {
  /** `performance.now()` when the end state was first seen; rejects after 120 s. */
  endState(): Promise<number>;
  /** Takes the cluster apart until every node stands alone, quietly. */
  reset(): Promise<void>;
  setting(name: string): Promise<string[]>;
  close(): void;
}

/** Watches servers on this machine that shall form a cluster with so many masters. */
export async function openWatcher(ports: readonly number[], masters: number): Promise<Watcher> {
  const nodes = ports.map(port => new Redis({ host: '127.0.0.1', port, lazyConnect: true }));
  await Promise.all(nodes.map(node => node.connect()));
  // Watching must not be the load that is measured.
  const intervalMilliseconds = ports.length <= 12 ? 15 : 150;
  return {
    async endState() {
      const deadline = performance.now() + 120_000;
      while (performance.now() < deadline) {
        const asked = performance.now();
        if (await isEndState(nodes, masters)) return asked;
        await wait(intervalMilliseconds);
      }
      throw new Error('The end state was not reached within 120 s.');
    },
    async reset() {
      for (let quiet = 0; quiet < 3;) {
        const alone = await Promise.all(nodes.map(node => standsAlone(node)));
        if (alone.every(Boolean)) quiet++;
        else {
          quiet = 0;
          await Promise.all(nodes.map(node => node.call('CLUSTER', 'RESET', 'HARD')));
        }
        await wait(300);
      }
    },
    setting: name =>
      Promise.all(nodes.map(async node => String(((await node.call('CONFIG', 'GET', name)) as string[])[1]))),
    close: () => nodes.forEach(node => node.disconnect()),
  };
}

async function standsAlone(node: Redis): Promise<boolean> {
  const lines = String(await node.call('CLUSTER', 'NODES'))
    .trim()
    .split('\n');
  return lines.length === 1 && /myself,master - 0 \d+ 0 connected$/.test(lines[0]!);
}

async function isEndState(nodes: readonly Redis[], masters: number): Promise<boolean> {
  const views = await Promise.all(
    nodes.map(node =>
      Promise.all([node.call('CLUSTER', 'NODES'), node.call('CLUSTER', 'INFO'), node.call('INFO', 'replication')]),
    ),
  );
  const pictures = new Set(views.map(([lines]) => pictureOf(String(lines))));
  if (pictures.size !== 1) return false;
  const [picture] = pictures;
  assert(picture !== undefined);
  const lines = picture.split('\n');
  return (
    lines.length === nodes.length &&
    !/fail|handshake|noaddr/.test(picture) &&
    lines.filter(line => line.includes(' master ')).length === masters &&
    views.every(([, state]) => String(state).includes('cluster_state:ok')) &&
    views.every(([, , replication]) => !String(replication).includes('master_link_status:down'))
  );
}

/** id, flags, master and slots of every node, sorted: equal when two views agree. */
function pictureOf(text: string): string {
  return text
    .trim()
    .split('\n')
    .map(line => {
      const [id, , flags = '', master, , , , , ...slots] = line.split(' ');
      return [id, flags.replace('myself,', ''), master, ...slots].join(' ');
    })
    .sort()
    .join('\n');
}
