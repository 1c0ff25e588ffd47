import { formatAddress, parseAddress } from '../../core/index';

/** Splits a pasted list at commas, blanks and line ends. Throws an Error for a bad or doubled address that quotes it. */
export function parseAddressList(text: string): string[] {
  const addresses = splitList(text).map(part => formatAddress(parseAddress(part)));
  const doubled = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (doubled !== undefined) throw new Error(`${doubled} is listed twice.`);
  return addresses;
}

/**
 * Reads `10.0.0.1:6379=rack-1, 10.0.0.2:6379=rack-2`. Throws an Error for an entry that names none of the nodes; where none
 * are given, any address will do.
 */
export function parseHostLabels(text: string, nodes?: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    splitList(text).map((entry): [string, string] => {
      const [address = '', label = '', ...rest] = entry.split('=');
      if (label === '' || rest.length > 0) throw new Error(`"${entry}" is not address=label.`);
      if (!nodes) return [parseAddressList(address)[0] ?? '', label];
      if (!nodes.includes(address)) throw new Error(`${address} is not one of the nodes.`);
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
    const [address = '', weight = '', ...rest] = entry.split('=');
    if (weight === '' || rest.length > 0) throw new Error(`"${entry}" is not address=weight.`);
    if (!nodes.includes(address)) throw new Error(`${address} is not one of the masters.`);
    if (address in weights) throw new Error(`${address} is listed twice.`);
    if (!/^\d+(\.\d+)?$/.test(weight))
      throw new Error(`"${weight}" is no weight: 0 empties, 1 is as much as the others, 2 twice as much.`);
    weights[address] = Number(weight);
  }
  if (nodes.every(address => weights[address] === 0))
    throw new Error('Somebody has to take the slots: not every weight can be 0.');
  return weights;
}

/** Reads `announced=dialled` pairs of addresses. Throws an Error for what is none. */
export function parseAddressMap(text: string): Record<string, string> {
  return Object.fromEntries(
    splitList(text).map((entry): [string, string] => {
      const [announced = '', dialled = '', ...rest] = entry.split('=');
      if (announced === '' || dialled === '' || rest.length > 0)
        throw new Error(`"${entry}" is not announced=dialled.`);
      return [parseAddressList(announced)[0] ?? '', parseAddressList(dialled)[0] ?? ''];
    }),
  );
}

function splitList(text: string): string[] {
  // Errors quote what cannot be read.
  if (text.includes('@')) throw new Error('An address has no login in front: give host:port alone.');
  return text.split(/[\s,;]+/).filter(Boolean);
}
