import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { page } from '../../esbuild';

/** The scripts of the topology page as they ship. */
export interface PageScripts {
  /** By name. */
  outputs: Metafile['outputs'];
  /** Gzipped, what a page with six nodes needs: the script and what it imports at once. */
  neededKibibytes: number;
}

export async function readPageScripts(): Promise<PageScripts> {
  const { outputFiles, metafile } = await build({
    ...page,
    minify: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const outputs = Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]),
  );
  const needed = neededBy('topology.js', outputs);
  const neededKibibytes = outputFiles
    .filter(({ path }) => needed.has(basename(path)))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length / 1024, 0);
  return { outputs, neededKibibytes };
}

function neededBy(name: string, outputs: Metafile['outputs'], found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const { kind, path } of outputs[name]?.imports ?? [])
    if (kind === 'import-statement') neededBy(basename(path), outputs, found);
  return found;
}
