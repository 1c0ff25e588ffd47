export interface Command {
  label: string;
  command: string;
  args: string[];
  env: Record<string, string>;
}
export interface Found {
  words: string[];
  found: { redis: { version: string } };
  servers: { name: string; server: string }[];
}
export const parts: { name: string; extra?: boolean; needs: string[]; commands: (found: Found) => Command[] }[];
