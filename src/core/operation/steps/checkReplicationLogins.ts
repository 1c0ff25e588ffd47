import { ConnectionError } from '../../connection/connectionError';
import { openNodeConnection } from '../../connection/nodeConnection';
import type { NodeRef } from '../../plan/types';
import { eachNode } from './eachNode';
import { configValue, isNotAvailable } from './replies';
import type { ManagedNodes, Obstacle, StepContext } from './types';

/** With what a node signs in at its master. Secret: goes into no text and no journal. */
interface Login {
  node: NodeRef;
  user: string;
  password: string;
}

/**
 * Makes sure that every node could sign in at every other one as its replica, now and after a failover: a wrong
 * masterauth makes a cluster that looks well and replicates nothing. What is not evident is tried with a login. With
 * `newcomers` only they are looked at: whether they could follow the others, and these them.
 */
export async function checkReplicationLogins(
  members: readonly NodeRef[],
  context: StepContext,
  newcomers: readonly NodeRef[] = members,
): Promise<Obstacle[]> {
  const { nodes, plan, note } = context;
  if (!plan.after.nodes.some(({ role }) => role === 'replica')) return [];
  const read = await eachNode(members, node => readLogin(node, nodes));
  const logins = read.flatMap(({ login }) => login ?? []);
  if (logins.length < members.length)
    note('CONFIG is not available to this user: whether replicas can sign in at their masters was not checked.');
  const required = new Map(members.map((node, index) => [node.address, read[index]!.requiredPassword]));
  const doubtful = logins.filter(login => !members.every(node => isEvident(login, required.get(node.address), nodes)));
  const tried = new Map<string, Promise<string | undefined>>();
  const obstacles = await eachNode(doubtful, async login => {
    for (const master of mastersFor(login, members, newcomers)) {
      // Few different logins exist: each is tried once at each node.
      const key = JSON.stringify([master.address, login.user, login.password]);
      const attempt = tried.get(key) ?? whyRefused(login, master, nodes);
      tried.set(key, attempt);
      const why = await attempt;
      if (why !== undefined) return [obstacle(login, master, why)];
    }
    return [];
  });
  return obstacles.flat();
}

function mastersFor({ node }: Login, members: readonly NodeRef[], newcomers: readonly NodeRef[]): readonly NodeRef[] {
  return newcomers.some(({ address }) => address === node.address) ? members : newcomers;
}

async function readLogin(
  node: NodeRef,
  nodes: ManagedNodes,
): Promise<{ login?: Login; requiredPassword?: string | undefined }> {
  const [user, password, required] = await nodes.node(node.address).pipeline([
    ['CONFIG', 'GET', 'masteruser'],
    ['CONFIG', 'GET', 'masterauth'],
    ['CONFIG', 'GET', 'requirepass'],
  ]);
  if ([user, password].some(isNotAvailable)) return {};
  return {
    login: { node, user: configValue(user) ?? '', password: configValue(password) ?? '' },
    requiredPassword: required instanceof Error ? undefined : configValue(required),
  };
}

// What this client itself signed in with works, provided that the node wanted a password at all.
function isEvident({ user, password }: Login, required: string | undefined, { options }: ManagedNodes): boolean {
  const isDefaultUser = (user === '' || user === 'default') && (options.username ?? 'default') === 'default';
  if (!isDefaultUser || password !== (options.password ?? '')) return false;
  return password === '' || required === password;
}

/** Undefined when the login works. */
async function whyRefused(login: Login, master: NodeRef, nodes: ManagedNodes): Promise<string | undefined> {
  const { user, password } = login;
  if (password === '' && user === '') return signIn(master, {}, nodes);
  // A replica without a user name sends AUTH <password>, which a node that needs none refuses (replication.c, auth.c).
  if (user === '' && (await signIn(master, {}, nodes)) === undefined) return 'that needs no password and refuses one';
  return signIn(master, { ...(user !== '' && { username: user }), password }, nodes);
}

async function signIn(
  { address }: NodeRef,
  login: { username?: string; password?: string },
  { options }: ManagedNodes,
): Promise<string | undefined> {
  const { tls, tunnel, addressMap, connectTimeoutMilliseconds, commandTimeoutMilliseconds } = options;
  const dialledAddress = addressMap?.[address];
  const connection = openNodeConnection(address, {
    ...login,
    ...(tls && { tls }),
    ...(tunnel && { tunnel }),
    ...(dialledAddress !== undefined && { dialledAddress }),
    ...(connectTimeoutMilliseconds !== undefined && { connectTimeoutMilliseconds }),
    ...(commandTimeoutMilliseconds !== undefined && { commandTimeoutMilliseconds }),
  });
  try {
    await connection.command(['PING']);
    return undefined;
  } catch (error) {
    if (error instanceof ConnectionError && error.code === 'wrongPassword') return 'that does not accept it';
    if (error instanceof Error && /NOAUTH|passwordRequired/.test(`${(error as ConnectionError).code}`))
      return 'that wants a password';
    // Signed in, but not allowed to PING: a user for replication only.
    if (error instanceof Error && 'reply' in error) return undefined;
    throw error;
  } finally {
    connection.close();
  }
}

function obstacle({ node, password }: Login, master: NodeRef, why: string): Obstacle {
  const own = password === '' ? 'has no masterauth' : 'has a masterauth';
  return {
    code: 'replicationLogin',
    text: `${node.address} ${own}, but ${node.address === master.address ? 'is itself a node' : `${master.address} is a node`} ${why}: no replica could sign in with it.`,
    node: node.address,
    remedy:
      'Give all nodes the same password: set masterauth (and masteruser, if an ACL user is used) on each to what the others accept, with CONFIG SET and in the configuration file.',
  };
}
