import assert from 'node:assert/strict';
import { FixStage, slot } from '../../support/fix/fixStage';
import { linesOf, settled } from '../../support/members';
import { checkCluster, eventually } from '../../support/testCluster';

describe('fixing an open slot that only a replica is left with', () => {
  let stage: FixStage;

  before(async () => {
    stage = await FixStage.open({ count: 6, replicas: 1 });
  });
  after(() => stage.close());

  it('closes it through its master', async () => {
    const { nodes } = await stage.client.observe();
    const replica = nodes.find(({ masterId }) => masterId === stage.ids[1])!;
    const ownLine = async (): Promise<string> => (await linesOf(replica.port)).find(line => line.includes('myself'))!;
    await stage.setSlot(1, slot, 'IMPORTING', 0);
    // Valkey 8 and newer tells its replicas, older ones and Redis do not.
    const isTold = replica.info!.flavour === 'valkey';
    await eventually(async () => (await ownLine()).includes(`[${slot}-<-`) === isTold, {
      what: 'the replica has heard',
    });
    await stage.servers.servers.kill(replica.port);
    await stage.send(1, 'CLUSTER', 'SETSLOT', slot, 'STABLE');
    await stage.servers.servers.start(replica.port);
    await settled(stage.client, 6);

    if (isTold) {
      const { plan } = await stage.fix();
      assert.match(plan.steps.map(({ text }) => text).join(' '), /through its master/);
    }
    assert.equal((await ownLine()).includes('['), false);
    assert.equal((await stage.refusal()).code, 'nothingToDo');
    await checkCluster(stage.servers);
  });
});
