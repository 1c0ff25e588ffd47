export interface RunSettings {
  cwd?: string;
  env?: Record<string, string>;
  log?: string;
  show?: boolean;
  timeoutSeconds?: number;
}
export interface RunResult {
  status: number | null;
  timedOut: boolean;
  leftovers: boolean;
  problem?: string;
  output: string;
}
export function run(command: string, args: string[], settings?: RunSettings): Promise<RunResult>;
