export function processesIn(directory: string): number[];
export function endProcessesIn(directory: string): Promise<void>;
export function endProcessesInAtOnce(directory: string): void;
