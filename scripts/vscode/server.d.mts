/** What the set-up found: Node for the server and the server's main file. */
export interface VscodeInstallation {
  node: string;
  serverMain: string;
}

export interface VscodeServerOptions {
  installation: VscodeInstallation;
  /** Fresh or kept: user data, extensions and the log. */
  directory: string;
  /** Of a fresh directory; a kept one keeps its own. */
  settings?: Record<string, unknown>;
  /** Without one, anybody on this machine may connect. */
  token?: string;
  /** False leaves workspace trust as VS Code has it: folders start restricted. */
  trustEverything?: boolean;
  env?: Record<string, string>;
  /** Default true: a window can load an extension in development, and shows no toasts. */
  driven?: boolean;
}

export interface VscodeServer {
  readonly origin: string;
  readonly port: number;
  readonly pid: number | undefined;
  readonly ended: Promise<unknown>;
  /** The address of a window on a folder, with an extension in development and, for a test run, its suite. */
  address(window: { folder: string; extension?: string; suite?: string }): string;
  /** Ends the server and all it started. */
  close(): Promise<void>;
}

/** Starts VS Code for the browser on 127.0.0.1 and resolves when it answers. */
export function startVscodeServer(options: VscodeServerOptions): Promise<VscodeServer>;

/** Installs a packaged extension where a server with this directory finds it. Throws with what the installation printed. */
export function installExtension(options: {
  installation: VscodeInstallation;
  directory: string;
  vsix: string;
}): Promise<void>;
