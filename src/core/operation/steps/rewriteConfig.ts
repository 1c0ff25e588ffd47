import type { NodeRef } from '../../plan/types';
import type { ManagedNodes } from './types';

const TIMEOUT_MILLISECONDS = 10_000;

/** Lets a node write its configuration file as it is now. Rejects when it cannot be asked, refuses, or has no file. */
export async function rewriteConfig({ address }: NodeRef, nodes: ManagedNodes): Promise<void> {
  await nodes.node(address).command(['CONFIG', 'REWRITE'], { timeoutMilliseconds: TIMEOUT_MILLISECONDS });
}
