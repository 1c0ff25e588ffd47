import * as vscode from 'vscode';
import { editFields, type EditDraft, type EditField } from '../clusterList/editFields';
import { lookFirst, sessionOfNodes } from '../clusterList/lookFirst';
import { entriesOf, isInProduction } from '../sessions/twins';
import type { ClusterDefinition, ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { resolveCluster } from './target';

/**
 * Edits an entry of the list, field by field; how to reach the cluster is tested before it is saved. The cluster itself is
 * not touched. Argument: `{ clusterId }`.
 */
export async function editCluster(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const { store, prompts } = dependencies;
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Edit Cluster'));
  if (!session) return;
  const before = session.definition;
  const title = vscode.l10n.t('Edit {0}', before.name);
  const fields = editFields(before);
  let draft: EditDraft = { definition: before, hasPassword: (await store.password(before.id)) !== undefined };
  for (;;) {
    const choice = await pickField(dependencies, title, fields, draft, isChanged(before, draft));
    if (choice === undefined) {
      if (isChanged(before, draft)) prompts.tell(vscode.l10n.t('{0} stays as it was: nothing was saved.', before.name));
      return;
    }
    if (choice !== 'save') draft = (await choice.edit(prompts, draft, store.sessions)) ?? draft;
    else if (await test(dependencies, session, draft)) return save(dependencies, session, draft);
  }
}

function pickField(
  { prompts }: CommandDependencies,
  title: string,
  fields: readonly EditField[],
  draft: EditDraft,
  canSave: boolean,
): Promise<EditField | 'save' | undefined> {
  const saving = { label: `$(check) ${vscode.l10n.t('Test and Save')}`, value: 'save' as const };
  return prompts.pick<EditField | 'save'>(
    [
      ...(canSave ? [saving] : []),
      ...fields.map(field => ({ label: field.label, description: field.describe(draft), value: field })),
    ],
    title,
    canSave ? vscode.l10n.t('Not saved yet. What else?') : vscode.l10n.t('What shall be changed?'),
  );
}

function isChanged(before: ClusterDefinition, { definition, password, sshSecret }: EditDraft): boolean {
  return password !== undefined || sshSecret !== undefined || JSON.stringify(before) !== JSON.stringify(definition);
}

/** Whether to save: the nodes answered, or the person wants it all the same. */
async function test(
  { store, prompts }: CommandDependencies,
  { definition: before }: ClusterSession,
  { definition, password, sshSecret }: EditDraft,
): Promise<boolean> {
  if (password === undefined && sshSecret === undefined && reachOf(before) === reachOf(definition)) return true;
  const used = password ? password.now : await store.password(definition.id);
  const keyPassphrase = await store.keyPassphrase(definition.id);
  const usedSshSecret = sshSecret ? sshSecret.now : await store.sshSecret(definition.id);
  try {
    const topology = await lookFirst({
      ...definition,
      ...(used !== undefined && { password: used }),
      ...(usedSshSecret !== undefined && { sshSecret: usedSshSecret }),
      ...(keyPassphrase !== undefined && { keyPassphrase }),
    });
    const twin = sessionOfNodes(store.sessions, topology, definition.id);
    if (twin) prompts.tell(vscode.l10n.t('{0} is the same cluster as {1}.', definition.name, twin.definition.name));
    return true;
  } catch (error) {
    const next = await prompts.offer((error as Error).message, [
      { label: vscode.l10n.t('Go On Editing'), value: false },
      { label: vscode.l10n.t('Save Anyway'), value: true },
    ]);
    return next ?? false;
  }
}

function reachOf({ nodes, username, tls, ssh, addressMap }: ClusterDefinition): string {
  return JSON.stringify([nodes, username, tls, ssh, addressMap]);
}

async function save(
  { store, supervision, prompts }: CommandDependencies,
  before: ClusterSession,
  { definition, password, sshSecret }: EditDraft,
): Promise<void> {
  const { id } = definition;
  const earlier = await store.password(id);
  const wasInProduction = isInProduction(before, store.sessions);
  const entries = entriesOf(before, store.sessions);
  const acted = entries.filter(each => supervision.modeOf(each.definition) === 'act');
  if (password) await store.setPassword(id, password.now);
  let session: ClusterSession;
  try {
    session = await store.update(definition);
  } catch (error) {
    if (password) await store.setPassword(id, earlier);
    throw error;
  }
  // Under the name of what it is now: a passphrase or a password.
  if (sshSecret) await store.setSshSecret(id, sshSecret.now);
  // To act in production has to be chosen for it by name.
  if (definition.production && !wasInProduction)
    for (const each of acted) {
      await supervision.setMode(each.definition, 'ask');
      const { name } = each === before ? definition : each.definition;
      prompts.tell(vscode.l10n.t('{0} is in production now: its supervisor asks before it acts.', name));
    }
  await session.lookNow();
}
