import { env } from 'node:process';

const every = Number(env.RCM_MUTATION_EVERY ?? 1);
let count = 0;
const isTaken = new WeakMap();

/** Mutates only every so-manieth function, constant or method of the top level, in the order in which files are read. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'sample',
    value: {
      shouldIgnore(path) {
        if (!isUnit(path)) return undefined;
        // Stryker may come to a place twice.
        if (!isTaken.has(path.node)) isTaken.set(path.node, count++ % every === 0);
        return isTaken.get(path.node) ? undefined : 'It is not in the sample.';
      },
    },
  },
];

function isUnit(path) {
  if (path.isClassMethod() || path.isClassPrivateMethod()) return true;
  const isOnTop = path.parentPath?.isProgram() === true || path.parentPath?.isExportNamedDeclaration() === true;
  return isOnTop && (path.isFunctionDeclaration() || path.isVariableDeclaration());
}
