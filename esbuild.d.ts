import type { BuildOptions } from 'esbuild';

/** How the script of the topology page is built, neither minified nor with a source map. */
export const page: BuildOptions;

/** All that ships: the extension, the core, what speaks SSH, and the page. */
export const builds: BuildOptions[];
