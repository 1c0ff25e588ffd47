import type { VscodeInstallation } from './server.mjs';

export interface SuiteOptions {
  installation: VscodeInstallation;
  /** Folder of the extension in development. */
  extension: string;
  /** A compiled file with a function `run`. */
  suite: string;
  mark: string;
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  timeoutMinutes?: number;
}

/** Gives 0 when what `run` returned was resolved. */
export function runSuite(options: SuiteOptions): Promise<number>;
