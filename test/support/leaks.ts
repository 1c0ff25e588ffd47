import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The forms in which a secret could leak: as it is, in a URL, in base64. */
export function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret)
    .toString('base64')
    .replace(/.{1,3}=*$/, '');
  return [...new Set([secret, encodeURIComponent(secret), base64])];
}

/** What carries a secret to where it belongs: to be kept, and into the environment of the terminal. */
export const allowed = /^\$setPassword: |"REDISCLI_AUTH":"[^"]*$/;

/** For each place of the text in a message: the name of the call it is in, and what stands before it. */
export function placesOf(frame: string, text: string): string[] {
  const places: string[] = [];
  for (let at = frame.indexOf(text); at >= 0; at = frame.indexOf(text, at + 1)) {
    const call = [...frame.slice(0, at).matchAll(/\$(?!mid\b)[a-zA-Z]+/g)].at(-1)?.[0] ?? 'no call';
    places.push(`${call}: ${frame.slice(Math.max(0, at - 200), at + text.length)}`);
  }
  return places;
}

/** All files below a folder. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map(name => join(directory, name))
    .filter(file => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Of every process but the servers that this one started, which get theirs so. */
export function commandLines(): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        if (parent === String(process.pid)) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

/** To be evaluated in the page: gives all that the window keeps in its local storage and databases, as one text. */
export const dumpStorage = `(async () => {
  const asText = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder().decode(value) : typeof value === 'string' ? value : JSON.stringify(value);
  const texts = Object.entries(localStorage).flat();
  const settled = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      texts.push(...(await settled(objects.getAllKeys())).map(String));
      texts.push(...(await settled(database.transaction(store).objectStore(store).getAll())).map(asText));
    }
    database.close();
  }
  return texts.join('\\n');
})()`;
