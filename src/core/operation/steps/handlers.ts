import { assignSlots } from './assignSlots';
import { awaitAgreement } from './awaitAgreement';
import { awaitCooldown } from './awaitCooldown';
import { awaitForgotten } from './awaitForgotten';
import { awaitOwners } from './awaitOwners';
import { awaitRoles } from './awaitRoles';
import { awaitSync } from './awaitSync';
import { checkEmptyNodes } from './checkEmptyNodes';
import { checkFailover } from './checkFailover';
import { checkFix } from './checkFix';
import { checkImport } from './checkImport';
import { checkMembers } from './checkMembers';
import { checkMoves } from './checkMoves';
import { claimSlots } from './claimSlots';
import { closeSlots } from './closeSlots';
import { copyKeys } from './copyKeys';
import { failOver } from './failOver';
import { forget } from './forget';
import { lowerSetting } from './lowerSetting';
import { meet } from './meet';
import { moveSlots } from './moveSlots';
import { moveStrays } from './moveStrays';
import { releaseSlots } from './releaseSlots';
import { replicate } from './replicate';
import { resetNode } from './resetNode';
import { restoreSettings } from './restoreSettings';
import { runCommand } from './runCommand';
import { separateEpochs } from './separateEpochs';
import { setConfig } from './setConfig';
import { setConfigEpochs } from './setConfigEpochs';
import { settleCollisions } from './settleCollisions';
import { shareFunctions } from './shareFunctions';
import { tellOwners } from './tellOwners';
import { verifyCopies } from './verifyCopies';
import type { StepHandler, StepKind } from './types';

/** How each kind of step is carried out. */
export const stepHandlers: { readonly [Kind in StepKind]: StepHandler<Kind> } = {
  checkEmptyNodes: { run: checkEmptyNodes, changes: false, weight: 1 },
  lowerSetting: { run: lowerSetting, changes: true, weight: 1 },
  setConfigEpochs: { run: setConfigEpochs, changes: true, weight: 1 },
  assignSlots: { run: assignSlots, changes: true, weight: 1 },
  shareFunctions: { run: shareFunctions, changes: true, weight: 1 },
  meet: { run: meet, changes: true, weight: 10 },
  // A replica needs to know its master only: roles spread while the last nodes still meet.
  replicate: { run: replicate, changes: true, weight: 3, beside: 'meet' },
  awaitAgreement: { run: awaitAgreement, changes: false, weight: 10 },
  restoreSettings: { run: restoreSettings, changes: true, weight: 1 },
  checkFailover: { run: checkFailover, changes: false, weight: 1 },
  awaitCooldown: { run: awaitCooldown, changes: false, weight: 20 },
  failOver: { run: failOver, changes: true, weight: 2 },
  awaitRoles: { run: awaitRoles, changes: false, weight: 5 },
  checkMembers: { run: checkMembers, changes: false, weight: 1 },
  awaitSync: { run: awaitSync, changes: false, weight: 20 },
  resetNode: { run: resetNode, changes: true, weight: 2 },
  forget: { run: forget, changes: true, weight: 2 },
  awaitForgotten: { run: awaitForgotten, changes: false, weight: 20 },
  checkMoves: { run: checkMoves, changes: false, weight: 1 },
  moveSlots: { run: moveSlots, changes: true, weight: 100 },
  awaitOwners: { run: awaitOwners, changes: false, weight: 2 },
  checkFix: { run: checkFix, changes: false, weight: 1 },
  releaseSlots: { run: releaseSlots, changes: true, weight: 1 },
  claimSlots: { run: claimSlots, changes: true, weight: 2 },
  tellOwners: { run: tellOwners, changes: true, weight: 2 },
  settleCollisions: { run: settleCollisions, changes: true, weight: 2 },
  moveStrays: { run: moveStrays, changes: true, weight: 50 },
  checkImport: { run: checkImport, changes: false, weight: 1 },
  copyKeys: { run: copyKeys, changes: true, weight: 100 },
  verifyCopies: { run: verifyCopies, changes: false, weight: 50 },
  closeSlots: { run: closeSlots, changes: true, weight: 2 },
  setConfig: { run: setConfig, changes: true, weight: 1 },
  runCommand: { run: runCommand, changes: true, weight: 1 },
  separateEpochs: { run: separateEpochs, changes: true, weight: 1 },
};
