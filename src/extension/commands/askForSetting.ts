import * as vscode from 'vscode';
import { knownValues, type ConfigReading, type Topology } from '../../core/index';
import type { Choice, Prompts } from '../prompts';

export interface WantedSetting {
  settings: Record<string, string>;
}

/** Lets a person choose a setting, with what it is now, and give its new value. */
export async function askForSetting(
  prompts: Prompts,
  topology: Topology,
  read: () => Promise<ConfigReading>,
  title: string,
): Promise<WantedSetting | undefined> {
  const reading = await read();
  const chosen = await prompts.pick(settingChoices(reading, topology), title, vscode.l10n.t('Which setting?'));
  if (!chosen) return undefined;
  const value = await askForValue(prompts, chosen, title);
  return value === undefined ? undefined : { settings: { [chosen.name]: value } };
}

/** A setting as the nodes have it: the value most have first. */
export interface KnownSetting {
  name: string;
  values: readonly string[];
}

/** Every setting any node told, by name. Where nodes differ the row says which. */
function settingChoices({ values }: ConfigReading, { nodes }: Topology): Choice<KnownSetting>[] {
  const addresses = new Map(nodes.map(({ id, address }) => [id, address]));
  const names = [...new Set(Object.values(values).flatMap(Object.keys))].sort();
  return names.map(name => {
    const holders = new Map<string, string[]>();
    for (const [id, read] of Object.entries(values)) {
      const value = read[name];
      if (value !== undefined) holders.set(value, [...(holders.get(value) ?? []), addresses.get(id) ?? id]);
    }
    const groups = [...holders].sort(([, one], [, other]) => other.length - one.length);
    const isOwn = ownToNode.test(name);
    const shown = groups.map(
      ([value, held]) => `${shownValue(value)} (${held.length > 2 ? held.length : held.join(', ')})`,
    );
    const description =
      groups.length === 1
        ? shownValue(groups[0]![0])
        : isOwn
          ? vscode.l10n.t('of its own on each node')
          : vscode.l10n.t('differs: {0}', shown.join('; '));
    return { label: name, description, value: { name, values: groups.map(([value]) => value) } };
  });
}

// They differ by nature.
const ownToNode =
  /^(port|tls-port|pidfile|logfile|dir|dbfilename|unixsocket|cluster-config-file|cluster-announce-.*|replicaof|slaveof|bind)$/;

function shownValue(value: string): string {
  return value === '' ? '""' : value.length > 60 ? `${value.slice(0, 57)}...` : value;
}

async function askForValue(
  prompts: Prompts,
  { name, values }: KnownSetting,
  title: string,
): Promise<string | undefined> {
  const [now = ''] = values;
  // One that only newer servers have is in the list where a node has it already.
  const known = /^(yes|no)$/.test(now) ? ['yes', 'no'] : knownValues(name);
  if (known) {
    const choices = [...new Set([...known, ...values])].map(value => ({
      label: value,
      ...(values.length === 1 && value === now && { description: vscode.l10n.t('as it is') }),
      value,
    }));
    return prompts.pick(choices, title, name);
  }
  return prompts.input({
    title,
    prompt: name === 'cluster-node-timeout' ? vscode.l10n.t('{0}, in milliseconds', name) : name,
    value: now,
    validate: text => refuseValue(text, now),
  });
}

/** What no server would take in the place of what it has; all else only the server knows. */
export function refuseValue(text: string, now: string): string | undefined {
  if (/[\r\n\0]/.test(text)) return vscode.l10n.t('One line.');
  if (!/^-?\d+$/.test(now)) return undefined;
  return /^-?\d+([kmg]b?|%)?$/i.test(text.trim())
    ? undefined
    : vscode.l10n.t('A number, with kb, mb or gb where it is a size.');
}
