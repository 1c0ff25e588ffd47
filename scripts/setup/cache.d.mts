export function cacheDirectory(): string;
export function installWhole(target: string, fill: (draft: string) => void | Promise<void>): Promise<void>;
