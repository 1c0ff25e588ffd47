const longest = 80;

/** A key's name for people: as it is where it is text, with what is not escaped as `\xff`; not endlessly long. */
export function keyText(key: Buffer): string {
  const text = key.toString('utf8');
  const isText = Buffer.from(text).equals(key);
  const shown = (isText ? text : key.toString('latin1')).replace(isText ? /[\p{C}\\]/gu : /[^\x20-\x7e]|\\/g, char =>
    [...(isText ? Buffer.from(char) : Buffer.from(char, 'latin1'))].map(escape).join(''),
  );
  return shown.length > longest ? `${shown.slice(0, longest)}...` : shown;
}

function escape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
