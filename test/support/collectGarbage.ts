import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** At once, so that what is still in use can be measured after it. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
