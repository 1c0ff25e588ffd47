export function findDynamicCode(text: string): string[];
