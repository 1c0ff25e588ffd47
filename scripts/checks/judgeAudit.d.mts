export function judgeAudit(
  output: string,
  isDevelopment?: (path: string) => boolean,
): { verdict: 'clean' | 'weak' | 'unasked'; lines: string[] };
