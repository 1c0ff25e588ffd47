import { assignSlots } from './assignSlots';
import { awaitAgreement } from './awaitAgreement';
import { awaitCooldown } from './awaitCooldown';
import { awaitForgotten } from './awaitForgotten';
import { awaitRoles } from './awaitRoles';
import { awaitSync } from './awaitSync';
import { checkEmptyNodes } from './checkEmptyNodes';
import { checkFailover } from './checkFailover';
import { checkMembers } from './checkMembers';
import { failOver } from './failOver';
import { forget } from './forget';
import { lowerSetting } from './lowerSetting';
import { meet } from './meet';
import { replicate } from './replicate';
import { resetNode } from './resetNode';
import { restoreSettings } from './restoreSettings';
import { setConfigEpochs } from './setConfigEpochs';
import { shareFunctions } from './shareFunctions';
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
};
