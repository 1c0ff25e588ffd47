interface Addressed {
  host: string;
  port: number;
  address: string;
}

/** A sorted copy: by host with numbers read as numbers (10.0.0.2 before 10.0.0.10), then by port. */
export function sortByAddress<T extends Addressed>(nodes: readonly T[]): T[] {
  return [...nodes].sort(
    (a, b) => hosts.compare(a.host, b.host) || a.port - b.port || (a.address < b.address ? -1 : 1),
  );
}

const hosts = new Intl.Collator('en', { numeric: true });
