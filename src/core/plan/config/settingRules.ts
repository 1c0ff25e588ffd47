import { isSecretSetting } from './secretSettings';
import { PlanError } from '../planError';

/**
 * Refuses a setting that is not to be set this way: a name that is none, a secret, an address a running node listens on, what
 * makes a node a member. Throws a PlanError `settingUnreadable`, `secretSetting`, `settingFixed`.
 */
export function refuseSetting(name: string): void {
  if (!/^[a-z][\w.-]*$/i.test(name))
    throw new PlanError('settingUnreadable', `"${name}" is no name of a setting.`, {
      remedy: 'Give it as the server calls it, like cluster-node-timeout.',
    });
  if (isSecretSetting(name))
    throw new PlanError(
      'secretSetting',
      `${name} holds a password or its user: plans and journals are stored and shown, so that it is not set from here.`,
      {
        remedy:
          'Set it in a terminal on each node, replicas first (masterauth before requirepass), then give this connection the new password.',
      },
    );
  const fixed = FIXED[name.toLowerCase()];
  if (fixed === undefined) return;
  throw new PlanError('settingFixed', `${name} is not set on a running cluster: ${fixed}.`, {
    remedy: 'Write it to the configuration file and restart the nodes one by one, replicas first.',
  });
}

const LISTENS = 'the node would leave the address under which the others know it';
const MEMBERSHIP = 'servers read it at their start only';

const FIXED: Readonly<Record<string, string>> = {
  port: LISTENS,
  'tls-port': LISTENS,
  'cluster-port': LISTENS,
  unixsocket: MEMBERSHIP,
  'cluster-enabled': MEMBERSHIP,
  'cluster-config-file': MEMBERSHIP,
  databases: MEMBERSHIP,
  'cluster-databases': MEMBERSHIP,
};
