// npm, called from scripts that npm itself may have started.
import { run } from './run.mjs';

/** An outer `npm --silent` hands its silence on; here the log needs the words. */
export function runNpm(args, { env = {}, ...settings } = {}) {
  return run('npm', args, { env: { npm_config_loglevel: 'warn', ...env }, timeoutSeconds: 900, ...settings });
}

/** npm says what went wrong first and explains its own options after. */
export function firstErrors(output, count = 6) {
  const errors = output.split('\n').filter(line => /^npm (error|ERR!) \S/.test(line));
  return errors.slice(0, count).join('\n  ');
}
