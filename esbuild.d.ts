import type { BuildOptions } from 'esbuild';

/** How the script of the topology page is built, neither minified nor with a source map. */
export const page: BuildOptions;
