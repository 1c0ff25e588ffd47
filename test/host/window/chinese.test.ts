import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from '../../support/vscodeHost';

describe('Where the editor speaks Chinese', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({
      name: 'chinese',
      language: 'zh-cn',
      workspaceSettings: { 'redisCluster.clusters': [{ id: 'away', name: '甲', nodes: ['127.0.0.1:1'] }] },
    });
  });
  after(() => workbench?.close());

  it('so do the views, the status bar, the palette and the page', async () => {
    await workbench.openView();
    await workbench.page.locator('.sidebar').getByRole('button', { name: '集群 Section', exact: true }).waitFor();
    await workbench.treeRow('集群 甲，没有节点应答').waitFor();
    await workbench.treeRow('备用节点 127.0.0.1:1, 不可达').waitFor();
    assert.equal(await workbench.statusBarText(), '没有节点应答');
    await workbench.runCommand('Redis Cluster: 显示拓扑');
    await workbench.webviewFrame().locator('html[lang="zh-cn"]').getByText('没有节点应答').first().waitFor();
    await workbench.screenshot('page');
  });
});
