import { groupBy } from '../../topology/groupBy';
import { joinSome } from '../phrases';
import type { Plan, SettingChange } from '../types';

/** What becomes of the settings of nodes, nodes with the same value together: `cluster-node-timeout 15000 -> 5000: a, b and c`. */
export function settingLines({ settings = [] }: Plan): string[] {
  return [...groupBy(settings, changeText)].map(
    ([text, alike]) =>
      `${text}: ${joinSome(
        alike.map(({ node }) => node.address),
        20,
      )}`,
  );
}

function changeText({ name, before, after }: SettingChange): string {
  return `${name} ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: string | undefined): string {
  return value === undefined ? '?' : value === '' ? '""' : value;
}
