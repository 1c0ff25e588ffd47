import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from '../../support/vscodeHost';

describe('A window without clusters', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({
      // The pictures of a walkthrough are left out of narrow windows.
      name: 'welcome',
      viewport: { width: 1700, height: 900 },
    });
  });
  after(() => workbench?.close());

  it('offers to start, create and add a cluster behind its icon in the activity bar', async () => {
    await workbench.openView();
    const welcome = workbench.page.locator('.sidebar .welcome-view').first();
    await welcome.getByRole('button').first().waitFor();
    await workbench.screenshot('welcome');
    assert.ok((await welcome.getByRole('button').allInnerTexts()).includes('Start a Local Cluster'));
  });

  it('takes whoever wants it on a tour, a picture to every step', async () => {
    const { page } = workbench;
    await workbench.clickWelcomeButton('Take the Tour');
    const steps = page.locator('.getting-started-step');
    await steps.first().waitFor();
    const titles = await steps.locator('.step-title').allInnerTexts();
    assert.deepEqual(titles, [
      'Start a cluster on this machine',
      'See who holds what',
      'Kill a master and watch',
      'Let it be healed',
      'Connect your own cluster',
    ]);
    const inPictures = ['spare', 'slots 0-5460', 'killed', 'grace', 'VS Code'];
    for (const [index, words] of inPictures.entries()) {
      await steps.nth(index).click();
      await workbench.webviewFrame().locator('svg').getByText(words, { exact: true }).first().waitFor();
      await workbench.screenshot(`tour-${index + 1}`);
    }
  });

  it('opens its help as it reads', async () => {
    const { page } = workbench;
    await page.locator('.getting-started-step', { hasText: 'Let it be healed' }).click();
    await page.getByRole('button', { name: 'Read How It Decides' }).click();
    await page.getByRole('tab', { name: /supervisor\.md/ }).waitFor();
  });
});
