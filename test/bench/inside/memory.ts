import { setTimeout as wait } from 'node:timers/promises';
import { commands, extensions } from 'vscode';
import { collectGarbage } from '../../support/collectGarbage';
import { leaveFound } from './found';

/** Megabytes after a collection. */
export interface Used {
  heap: number;
  /** Of the whole process, with VS Code's own code and that of its other extensions. */
  resident: number;
}

/** Of one start of VS Code. */
export interface HostMemory {
  active: Used;
  /** With the tree and the topology shown. */
  watching: Used;
  /** After some more polls. */
  later: Used;
}

/** Called by the extension host. */
export async function run(): Promise<void> {
  const seconds = Number(process.env['RCM_BENCH_SECONDS']);
  const extension = extensions.getExtension('redis-cluster-manager.redis-cluster-manager');
  if (!extension) throw new Error('the extension is not installed in this window');
  await extension.activate();
  const active = used();
  say('activated');
  await commands.executeCommand('redisCluster.clusters.focus');
  await commands.executeCommand('redisCluster.refresh');
  await commands.executeCommand('redisCluster.showTopology', { clusterId: 'bench' });
  say('looked at all nodes');
  await wait(3000);
  const watching = used();
  // At its own pace: a refresh by hand would ask all nodes each time.
  await wait(seconds * 1000);
  const found: HostMemory = { active, watching, later: used() };
  leaveFound(found);
}

// The one way out of the extension host: what begins so is printed.
function say(text: string): void {
  console.log(`[bench] ${text}`);
}

function used(): Used {
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1e6, resident: rss / 1e6 };
}
