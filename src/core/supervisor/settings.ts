import type { SupervisorSettings } from './types';

const DEFAULTS: SupervisorSettings = {
  mode: 'ask',
  graceSeconds: 5,
  coolDownSeconds: 60,
  actsPerHour: 3,
  failBacksPerTenMinutes: 3,
  balanceRoles: true,
  spares: [],
  retired: [],
  standsBackFor: '',
};

/** All settings: those given, the others as in `before` or as by default. A number that is none, or below 0, does not count. */
export function completeSettings(given: Partial<SupervisorSettings>, before = DEFAULTS): SupervisorSettings {
  const number = (value: number | undefined, other: number): number =>
    value !== undefined && Number.isFinite(value) && value >= 0 ? value : other;
  return {
    mode: given.mode ?? before.mode,
    graceSeconds: number(given.graceSeconds, before.graceSeconds),
    coolDownSeconds: number(given.coolDownSeconds, before.coolDownSeconds),
    actsPerHour: number(given.actsPerHour, before.actsPerHour),
    failBacksPerTenMinutes: number(given.failBacksPerTenMinutes, before.failBacksPerTenMinutes),
    balanceRoles: given.balanceRoles ?? before.balanceRoles,
    spares: given.spares ?? before.spares,
    retired: given.retired ?? before.retired,
    standsBackFor: given.standsBackFor ?? before.standsBackFor,
  };
}
