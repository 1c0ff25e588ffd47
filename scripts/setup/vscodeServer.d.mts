import type { VscodeInstallation } from '../vscode/server.mjs';

export const vscodeServer: {
  name: string;
  /** What is in the cache, or undefined when it is not installed. */
  look(): Promise<VscodeInstallation | undefined>;
};
