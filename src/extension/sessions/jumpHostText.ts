import type { ClusterDefinition } from './types';

/** `alice@bastion`, and its port where that is not the usual one. */
export function jumpHostText({ host, port = 22, username }: NonNullable<ClusterDefinition['ssh']>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${username === undefined ? '' : `${username}@`}${name}${port === 22 ? '' : `:${port}`}`;
}
