import { l10n } from 'vscode';
import { parseAddressList, parseAddressMap, parseHostLabels } from '../commands/addressList';
import { faultOf } from '../faultOf';
import type { Prompts } from '../prompts';
import { jumpHostText } from '../sessions/jumpHostText';
import type { ClusterDefinition, ClusterSession } from '../sessions/types';
import { askAccess, askMarks, colorName } from './askMarks';
import { askSsh } from './askSsh';
import { askTls, describeTls } from './askTls';
import { nameFault } from './nameFault';
import { parseConnectionText } from './parseConnectionText';

/** An entry of the list while it is edited. */
export interface EditDraft {
  definition: ClusterDefinition;
  /** Absent: it stays as it is. */
  password?: { now: string | undefined };
  /** Of the jump host. Absent: it stays as it is. */
  sshSecret?: { now: string | undefined };
  /** There is a password, whichever. */
  hasPassword: boolean;
}

export interface EditField {
  label: string;
  /** What it is now, never a secret. */
  describe: (draft: EditDraft) => string;
  /** Asks for another value. Undefined when the person turned away. */
  edit: (prompts: Prompts, draft: EditDraft, sessions: readonly ClusterSession[]) => Promise<EditDraft | undefined>;
}

/** What can be edited of a cluster. Of a local one only the name: the rest belongs to its servers. */
export function editFields({ local }: ClusterDefinition): EditField[] {
  const name = nameField();
  return local
    ? [name]
    : [
        name,
        nodesField(),
        tlsField(),
        sshField(),
        userField(),
        passwordField(),
        accessField(),
        marksField(),
        ...listFields(),
      ];
}

function nameField(): EditField {
  const label = l10n.t('Name');
  return {
    label,
    describe: ({ definition }) => definition.name,
    edit: async (prompts, draft, sessions) => {
      const { id, name } = draft.definition;
      const prompt = l10n.t('Name of the cluster, as it is shown in the tree.');
      const validate = (text: string): string | undefined => nameFault(text, sessions, id);
      const typed = await prompts.input({ title: label, prompt, value: name, validate });
      return typed === undefined ? undefined : changed(draft, { name: typed.trim() });
    },
  };
}

function nodesField(): EditField {
  const label = l10n.t('Addresses');
  return {
    label,
    describe: ({ definition }) => definition.nodes.join(', '),
    edit: async (prompts, draft) => {
      const text = await prompts.input({
        title: label,
        prompt: l10n.t(
          'Addresses of one or more nodes, or a URL, whose login then takes the place of the one there is.',
        ),
        value: draft.definition.nodes.join(', '),
        validate: typed => faultOf(() => parseConnectionText(typed)),
      });
      if (text === undefined) return undefined;
      const { isUrl, nodes, username, password, tls } = parseConnectionText(text);
      if (!isUrl) return changed(draft, { nodes });
      const next = changed(draft, { nodes, username, tls: tls && (draft.definition.tls ?? tls) });
      return { ...next, password: { now: password }, hasPassword: password !== undefined };
    },
  };
}

function tlsField(): EditField {
  const label = l10n.t('TLS');
  return {
    label,
    describe: ({ definition }) => describeTls(definition.tls),
    edit: async (prompts, draft) => {
      const answer = await askTls(prompts, label, draft.definition.tls);
      return answer && changed(draft, { tls: answer.tls });
    },
  };
}

function sshField(): EditField {
  const label = l10n.t('SSH Jump Host');
  return {
    label,
    describe: ({ definition: { ssh } }) => (ssh ? jumpHostText(ssh) : l10n.t('none')),
    edit: async (prompts, draft) => {
      const answer = await askSsh(prompts, label, draft.definition.ssh);
      return answer && { ...changed(draft, { ssh: answer.ssh }), sshSecret: { now: answer.sshSecret } };
    },
  };
}

function userField(): EditField {
  const label = l10n.t('ACL User');
  return {
    label,
    describe: ({ definition }) => definition.username ?? 'default',
    edit: async (prompts, draft) => {
      const username = await prompts.input({
        title: label,
        prompt: l10n.t('ACL user. Leave empty for the default user.'),
        value: draft.definition.username ?? '',
        validate: text => (/\s|\p{Cc}/u.test(text) ? l10n.t('A user has no blank in its name.') : undefined),
      });
      return username === undefined ? undefined : changed(draft, { username: username || undefined });
    },
  };
}

function passwordField(): EditField {
  const label = l10n.t('Password');
  return {
    label,
    describe: ({ hasPassword }) => (hasPassword ? l10n.t('kept in the secret storage') : l10n.t('none')),
    edit: async (prompts, draft) => {
      const password = await prompts.input({
        title: label,
        prompt: l10n.t('Password. Leave empty for none. It is kept in the secret storage of VS Code.'),
        password: true,
      });
      if (password === undefined) return undefined;
      return { ...draft, password: { now: password || undefined }, hasPassword: password !== '' };
    },
  };
}

function accessField(): EditField {
  const label = l10n.t('Access');
  return {
    label,
    describe: ({ definition }) => (definition.readOnly ? l10n.t('Read-Only') : l10n.t('Changes Allowed')),
    edit: async (prompts, draft) => {
      const readOnly = await askAccess(prompts, label, draft.definition.readOnly === true);
      return readOnly === undefined ? undefined : changed(draft, { readOnly: readOnly || undefined });
    },
  };
}

function marksField(): EditField {
  const label = l10n.t('Mark');
  return {
    label,
    describe: ({ definition: { production, color } }) =>
      [...(production ? [l10n.t('Production')] : []), ...(color ? [colorName(color)] : [])].join(', ') ||
      l10n.t('none'),
    edit: async (prompts, draft) => {
      const marks = await askMarks(prompts, label);
      return marks && changed(draft, { production: marks.production, color: marks.color });
    },
  };
}

function listFields(): EditField[] {
  return [
    textField(l10n.t('Spares'), l10n.t('Addresses of empty nodes that stand by, best first. Leave empty for none.'), {
      read: ({ spares = [] }) => spares.join(', '),
      parse: text => {
        const spares = parseAddressList(text);
        return { spares: spares.length === 0 ? undefined : spares };
      },
    }),
    textField(l10n.t('Hosts'), l10n.t('Hosts or zones that fail together, as address=label. Leave empty for none.'), {
      read: ({ hosts = {} }) => pairsText(hosts),
      parse: text => ({ hosts: filled(parseHostLabels(text)) }),
    }),
    textField(
      l10n.t('Address Map'),
      l10n.t(
        'Where announced addresses are dialled, as announced=dialled; also the path of a unix socket. Leave empty for none.',
      ),
      {
        read: ({ addressMap = {} }) => pairsText(addressMap),
        parse: text => ({ addressMap: filled(parseAddressMap(text)) }),
      },
    ),
  ];
}

interface TextOf {
  read: (definition: ClusterDefinition) => string;
  /** Throws an Error in words. */
  parse: (text: string) => Changes;
}

function textField(label: string, prompt: string, { read, parse }: TextOf): EditField {
  return {
    label,
    describe: ({ definition }) => read(definition) || l10n.t('none'),
    edit: async (prompts, draft) => {
      const value = read(draft.definition);
      const text = await prompts.input({ title: label, prompt, value, validate: typed => faultOf(() => parse(typed)) });
      return text === undefined ? undefined : changed(draft, parse(text));
    },
  };
}

type Changes = { [Key in keyof ClusterDefinition]?: ClusterDefinition[Key] | undefined };

function changed(draft: EditDraft, changes: Changes): EditDraft {
  const entries = Object.entries({ ...draft.definition, ...changes }).filter(([, value]) => value !== undefined);
  return { ...draft, definition: Object.fromEntries(entries) as unknown as ClusterDefinition };
}

function pairsText(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([from, to]) => `${from}=${to}`)
    .join(', ');
}

function filled(pairs: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(pairs).length === 0 ? undefined : pairs;
}
