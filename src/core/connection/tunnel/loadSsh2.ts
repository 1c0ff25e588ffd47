import type * as Ssh2 from 'ssh2';

/** The library, read with the first tunnel: in the package it is a file of its own. */
export async function loadSsh2(): Promise<Pick<typeof Ssh2, 'Client' | 'utils'>> {
  const loaded: typeof Ssh2 & { default?: typeof Ssh2 } = await import('ssh2');
  // To an import of Node its names are those of one object.
  return loaded.default ?? loaded;
}
