import type { UnreachableAddress } from './types';

/** What would mend an address that is announced and cannot be used from here: whole sentences. `jumpHost`: what dials it. Pure. */
export function explainAnnounced(
  { address, hostname, isWellForOthers, answersAt }: UnreachableAddress,
  jumpHost?: string,
): string[] {
  const dialler = jumpHost === undefined ? 'this computer' : `the jump host ${jumpHost}`;
  if (!isWellForOthers && answersAt === undefined)
    return [`The other nodes do not reach it at ${address} either: it is down, or cut off from them too.`];
  const reached = isWellForOthers
    ? `The other nodes reach it at ${address}, ${dialler} does not.${networkOf(address)}`
    : `Neither ${dialler} nor the other nodes reach it at ${address}: it announces an address that is not its own.`;
  const settings =
    'Or let the node announce an address that its neighbours and its clients both reach: cluster-announce-ip, and where ports ' +
    'are mapped too cluster-announce-port (cluster-announce-tls-port with TLS) and cluster-announce-bus-port. ' +
    'The nodes dial each other at what is announced: one that only clients reach breaks the cluster.';
  const names =
    hostname === undefined
      ? 'With names instead: cluster-announce-hostname, and cluster-preferred-endpoint-type hostname for clients that follow redirects.'
      : `It announces the name "${hostname}" too.`;
  return [
    reached,
    answersAt === undefined
      ? 'Give the address to dial in the address map of this cluster.'
      : `The same node answers at ${answersAt}: put that into the address map of this cluster.`,
    settings,
    names,
  ];
}

/** RFC 1918 and RFC 6598: what Docker and Kubernetes take for their networks. */
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

function networkOf(address: string): string {
  return PRIVATE.test(address)
    ? ' It is of a private network; those of Docker and Kubernetes are seen from inside only.'
    : '';
}
