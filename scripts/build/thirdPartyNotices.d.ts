import type { Metafile } from 'esbuild';

export function thirdPartyNotices(metafiles: readonly Pick<Metafile, 'inputs'>[], copied?: readonly string[]): string;
