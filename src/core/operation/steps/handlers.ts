import { assignSlots } from './assignSlots';
import { awaitAgreement } from './awaitAgreement';
import { awaitCooldown } from './awaitCooldown';
import { awaitRoles } from './awaitRoles';
import { checkEmptyNodes } from './checkEmptyNodes';
import { checkFailover } from './checkFailover';
import { failOver } from './failOver';
import { lowerSetting } from './lowerSetting';
import { meet } from './meet';
import { replicate } from './replicate';
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
  replicate: { run: replicate, changes: true, weight: 3, besidePrevious: true },
  awaitAgreement: { run: awaitAgreement, changes: false, weight: 10 },
  restoreSettings: { run: restoreSettings, changes: true, weight: 1 },
  checkFailover: { run: checkFailover, changes: false, weight: 1 },
  awaitCooldown: { run: awaitCooldown, changes: false, weight: 20 },
  failOver: { run: failOver, changes: true, weight: 2 },
  awaitRoles: { run: awaitRoles, changes: false, weight: 5 },
};
