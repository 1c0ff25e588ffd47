import type { CommandDependencies } from './dependencies';
import { targetOf } from './target';

/** Looks at one cluster, or at all of them, now. */
export async function refresh({ store }: CommandDependencies, argument: unknown): Promise<void> {
  const { clusterId } = targetOf(argument);
  const sessions = store.sessions.filter(session => clusterId === undefined || session.definition.id === clusterId);
  await Promise.all(sessions.map(session => session.lookNow()));
}
