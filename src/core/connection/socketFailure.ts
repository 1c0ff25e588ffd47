import type { ConnectionErrorCode } from './connectionError';

/** Why a unix socket could not be dialled, by the code of the system's error. `name`: of the node, with the path. Pure. */
export function explainSocket(
  code: string,
  name: string,
): [code: ConnectionErrorCode, what: string, remedy: string] | undefined {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return [
        'connectionRefused',
        `${name} cannot be reached: there is no such file.`,
        'Start the server with this path as its unixsocket, or correct the path in the address map.',
      ];
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
    case 'EPROTOTYPE':
      return [
        'connectionRefused',
        `${name} refused the connection: no server listens on that file.`,
        'Start the server, or correct the path in the address map.',
      ];
    case 'EACCES':
    case 'EPERM':
      return [
        'socketForbidden',
        `${name} cannot be reached: your user may not use that socket (${code}).`,
        'Let your user write to it, by unixsocketperm of the server or by its group, and enter every folder above it.',
      ];
    case 'EAGAIN':
      return [
        'connectionFailed',
        `${name} takes no connection for now: too many are waiting already (${code}).`,
        'The server may be stopped or overloaded.',
      ];
    default:
      return undefined;
  }
}
