import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from '../../support/vscodeHost';

describe('A window without clusters', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ name: 'welcome' });
  });
  after(() => workbench?.close());

  it('offers to start, create and add a cluster behind its icon in the activity bar', async () => {
    await workbench.openView();
    const welcome = workbench.page.locator('.sidebar .welcome-view').first();
    await welcome.getByRole('button').first().waitFor();
    await workbench.screenshot('welcome');
    assert.ok((await welcome.getByRole('button').allInnerTexts()).includes('Start a Local Cluster'));
  });
});
