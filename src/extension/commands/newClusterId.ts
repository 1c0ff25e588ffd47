import { randomBytes } from 'node:crypto';

/** A readable, stable id: the name's letters and digits with a random tail. */
export function newClusterId(name: string): string {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${readable || 'cluster'}-${randomBytes(4).toString('hex')}`;
}
