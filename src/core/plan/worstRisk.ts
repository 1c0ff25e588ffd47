import type { PlanRisk } from './types';

/** The highest of several, `none` of none. */
export function worstRisk(risks: readonly PlanRisk[]): PlanRisk {
  return (['losesData', 'interruptsWrites'] as const).find(risk => risks.includes(risk)) ?? 'none';
}
