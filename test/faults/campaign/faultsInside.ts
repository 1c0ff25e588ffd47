import fs, { type FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** `blocks`: what is written does not fit, new empty files do. `readOnly`: nothing can be changed any more. */
export type FullDisk = 'blocks' | 'readOnly';

type Files = Record<string, (...args: unknown[]) => Promise<unknown>>;

let undo: (() => void)[] = [];

/** From now on the files of this process are on a disk that takes no more: the line in flight is torn, as it is on a real one. */
export function fillDisk(how: FullDisk): void {
  const code = how === 'blocks' ? 'ENOSPC' : 'EROFS';
  const refuse = async (): Promise<never> => {
    throw Object.assign(new Error(`${code}: the disk takes no more, write`), { code });
  };
  // The module as the bundle looks things up in it.
  const files = createRequire(__filename)('node:fs/promises') as Files;
  const writeFile = files.writeFile!;
  replace(files, 'writeFile', (file, data, ...rest) =>
    how === 'blocks' && data === '' ? writeFile(file, data, ...rest) : refuse(),
  );
  if (how === 'readOnly') for (const name of ['rename', 'rm', 'link', 'mkdir']) replace(files, name, refuse);
  replace(fileHandles(), 'datasync', refuse);
  let isTorn = how === 'readOnly';
  const append = fileHandles().appendFile!;
  replace(fileHandles(), 'appendFile', async function (this: unknown, data) {
    if (!isTorn) await append.call(this, String(data).slice(0, String(data).length / 2));
    isTorn = true;
    return refuse();
  });
}

/** There is room again. */
export function freeDisk(): void {
  for (const put of undo) put();
  undo = [];
}

/** The clock on the wall, not the one that measures how long things take. */
export function jumpClock(milliseconds: number): void {
  const now = Date.now.bind(Date);
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number]) {
      if (given.length === 0) super(now() + milliseconds);
      else super(...given);
    }
    static override now(): number {
      return now() + milliseconds;
    }
  } as DateConstructor;
}

function replace(target: Files, name: string, work: Files[string]): void {
  const before = target[name]!;
  target[name] = work;
  undo.push(() => (target[name] = before));
}

let prototype: Files | undefined;

/** What every open file has its methods from. */
function fileHandles(): Files {
  if (!prototype) throw new Error('No file was opened before the disk was filled.');
  return prototype;
}

void fs.open(__filename, 'r').then(async (handle: FileHandle) => {
  prototype = Object.getPrototypeOf(handle) as Files;
  await handle.close();
});
