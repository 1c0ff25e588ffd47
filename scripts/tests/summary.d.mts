export interface Report {
  passed: number;
  pending: number;
  failures: string[];
}
export interface Outcome {
  kind: 'check' | 'suite';
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
export function closingLine(sum: Judgement): string;
