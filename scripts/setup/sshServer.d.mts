export interface SshServerProgram {
  path: string;
  env: Record<string, string>;
  folder?: string;
}
export function findSshServer(): SshServerProgram | undefined;
export function sshServerIn(folder: string): SshServerProgram;
