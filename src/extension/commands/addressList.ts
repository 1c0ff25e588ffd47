import { l10n } from 'vscode';
import { formatAddress, formatDialled, parseAddress, parseDialled } from '../../core/index';

/** Splits a pasted list at commas, blanks and line ends. Throws an Error for a bad or doubled address that quotes it. */
export function parseAddressList(text: string): string[] {
  const addresses = splitList(text).map(part => formatAddress(parseAddress(part)));
  const doubled = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (doubled !== undefined) throw new Error(l10n.t('{0} is listed twice.', doubled));
  return addresses;
}

/**
 * Reads `10.0.0.1:6379=rack-1, 10.0.0.2:6379=rack-2`. Throws an Error for an entry that names none of the nodes; where none
 * are given, any address will do.
 */
export function parseHostLabels(text: string, nodes?: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    splitList(text).map((entry): [string, string] => {
      const [address, label] = pairIn(entry, l10n.t('"{0}" is not address=label.', entry));
      if (!nodes) return [parseAddressList(address)[0] ?? '', label];
      if (!nodes.includes(address)) throw new Error(l10n.t('{0} is not one of the nodes.', address));
      return [address, label];
    }),
  );
}

/**
 * Reads `10.0.0.1:6379=2, 10.0.0.2:6379=0`. Throws an Error for an entry that names none of the nodes, or one twice, and for
 * a weight that is no number from 0 up.
 */
export function parseWeights(text: string, nodes: readonly string[]): Record<string, number> {
  const weights: Record<string, number> = {};
  for (const entry of splitList(text)) {
    const [address, weight] = pairIn(entry, l10n.t('"{0}" is not address=weight.', entry));
    if (!nodes.includes(address)) throw new Error(l10n.t('{0} is not one of the masters.', address));
    if (address in weights) throw new Error(l10n.t('{0} is listed twice.', address));
    if (!/^\d{1,15}(\.\d+)?$/.test(weight))
      throw new Error(l10n.t('"{0}" is no weight: 0 empties, 1 is as much as the others, 2 twice as much.', weight));
    weights[address] = Number(weight);
  }
  if (nodes.every(address => weights[address] === 0))
    throw new Error(l10n.t('Somebody has to take the slots: not every weight can be 0.'));
  return weights;
}

/** Reads `announced=dialled` pairs of addresses; dialled may be the path of a unix socket. Throws an Error for what is none. */
export function parseAddressMap(text: string): Record<string, string> {
  return Object.fromEntries(
    splitList(text).map((entry): [string, string] => {
      const fault = l10n.t('"{0}" is not announced=dialled.', entry);
      const [announced, dialled] = pairIn(entry, fault);
      if (announced === '') throw new Error(fault);
      return [parseAddressList(announced)[0] ?? '', formatDialled(parseDialled(dialled))];
    }),
  );
}

/** What stands before and behind the `=`. Throws an Error with `fault` for anything else. */
function pairIn(entry: string, fault: string): [left: string, right: string] {
  const [left = '', right = '', ...rest] = entry.split('=');
  if (left === '' || right === '' || rest.length > 0) throw new Error(fault);
  return [left, right];
}

function splitList(text: string): string[] {
  // Errors quote what cannot be read.
  if (text.includes('@')) throw new Error(l10n.t('An address has no login in front: give host:port alone.'));
  return text.split(/[\s,;]+/).filter(Boolean);
}
