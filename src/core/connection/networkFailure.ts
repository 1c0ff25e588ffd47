import type { ConnectionErrorCode } from './connectionError';

type Explanation = [code: ConnectionErrorCode, what: string, remedy?: string];

/** Why a node could not be dialled, by the code of the system's error; undefined for another code. `name`: of the node. Pure. */
export function explainNetwork(code: string, name: string, host: string): Explanation | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'connectionRefused',
        `${name} refused the connection: nothing listens on that port.`,
        'Start the server, or correct the address.',
      ];
    case 'ENOTFOUND':
    case 'ENODATA':
      return ['unknownHost', `${name} cannot be found: the host name "${host}" is not known.`, 'Correct the address.'];
    case 'EAI_AGAIN':
      return [
        'unknownHost',
        `${name} cannot be found: the name service gave no answer for "${host}".`,
        'Correct the address, or check the network of this computer.',
      ];
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return ['hostUnreachable', `${name} cannot be reached: there is no way to its network (${code}).`];
    case 'ETIMEDOUT':
      return [
        'connectTimedOut',
        `${name} did not answer (ETIMEDOUT).`,
        'The host may be down, or a firewall drops the packets.',
      ];
    case 'EMFILE':
    case 'ENFILE':
      return ['tooManyOpenFiles', `${name} could not be dialled: this computer has too many open files (${code}).`];
    default:
      return undefined;
  }
}
