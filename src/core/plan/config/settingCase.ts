import type { ClusterNode, Topology } from '../../topology/types';
import { joinSome } from '../phrases';
import type { PlanRisk, PlanWarning } from '../types';
import type { ConfigReading } from './reading';

/** One setting as it is about to be. */
export interface SettingCase {
  topology: Topology;
  /** That get the value. */
  nodes: readonly ClusterNode[];
  name: string;
  value: string;
  reading: ConfigReading | undefined;
  /** All that is set with it. */
  settings: Readonly<Record<string, string>>;
}

/** What setting it means, and what it can cost. */
export interface SettingWarning extends PlanWarning {
  risk: PlanRisk;
}

/** The addresses of nodes, six at most. */
export function names(nodes: readonly ClusterNode[]): string {
  return joinSome(
    nodes.map(({ address }) => address),
    6,
  );
}

/** Nothing is interrupted. */
export function tell(code: string, text: string): SettingWarning {
  return { code, text, risk: 'none' };
}

/** Clients can be refused. */
export function hold(code: string, text: string): SettingWarning {
  return { code, text, risk: 'interruptsWrites' };
}

/** Data can be lost. */
export function lose(code: string, text: string): SettingWarning {
  return { code, text, risk: 'losesData' };
}
