export interface Report {
  passed: number;
  pending: number;
  failures: string[];
  /** The test or hook that ran when the suite was ended before its end. */
  during?: string;
  /** By file, how long its tests took. */
  seconds?: Record<string, number>;
}
export interface Outcome {
  kind: 'check' | 'question' | 'suite';
  label: string;
  status: number | null;
  timedOut?: boolean;
  leftovers?: boolean;
  report?: Report;
}
export interface Judgement {
  passed: number;
  failed: number;
  notes: string[];
}
export function judge(outcome: Outcome): Judgement;
export function addUp(judgements: Judgement[]): Judgement;
export function slowestFiles(reports: { label: string; report?: Report }[], count: number): string[];
export function closingLine(sum: Judgement): string;
