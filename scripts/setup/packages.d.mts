export interface LockEntry {
  version?: string;
  integrity?: string;
  optional?: boolean;
  devOptional?: boolean;
  link?: boolean;
}
export function findMissingPackages(wanted: Record<string, LockEntry>, installed: Record<string, LockEntry>): string[];
