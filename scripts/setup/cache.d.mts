export function cacheDirectory(): string;
export function dataDirectory(): string;
export function tryLock(path: string): boolean;
export function installWhole(target: string, fill: (draft: string) => void | Promise<void>): Promise<void>;
