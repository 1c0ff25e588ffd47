import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { findFreePorts, isPortFree } from '../../../src/core/local/freePorts';
import { findPortHolder } from '../../../src/core/local/portHolder';
import { findTestPorts } from '../../support/freePorts';
import { refusePortsInUse } from '../../../src/core/local/refusePortsInUse';

describe('Ports', () => {
  const listening: Server[] = [];

  afterEach(async () => {
    for (const server of listening.splice(0)) {
      server.close();
      await once(server, 'close');
    }
  });

  it('are free in pairs: a client port and the bus port 10000 above it, none beyond 22767', async () => {
    const ports = await findFreePorts(20, { from: 12_768 });
    assert.equal(new Set(ports).size, 20);
    assert.deepEqual(
      ports,
      ports.toSorted((a, b) => a - b),
    );
    for (const port of ports) {
      assert(port >= 12_768 && port <= 22_767, String(port));
      assert(await isPortFree(port));
      assert(await isPortFree(port + 10_000));
    }
  });

  it('are skipped when the client port or the bus port is taken', async () => {
    const [first, second, third] = (await findTestPorts(3)) as [number, number, number];
    await listen(first);
    await listen(second + 10_000);
    const [found] = await findFreePorts(1, { from: first });
    assert(found !== undefined && found !== first && found !== second && found <= third, String(found));
  });

  it('that are too few are an error that says how many there are', async () => {
    await assert.rejects(findFreePorts(3, { from: 22_767 }), {
      name: 'LocalServerError',
      code: 'noFreePorts',
      message: /^Only [01] of 3 wanted ports are free on 127\.0\.0\.1\./,
    });
  });

  it('taken on all interfaces are not free on the loopback', async () => {
    const port = await listen(0, '0.0.0.0');
    assert.equal(await isPortFree(port), false);
  });

  it('in use are refused with the name and the process of who holds them', async () => {
    const [port] = await findTestPorts(1);
    await listen(port);
    await listen(port + 10_000);
    const me = `\\S.* \\(process ${process.pid}\\)`;
    await assert.rejects(refusePortsInUse([port]), {
      code: 'portInUse',
      message: new RegExp(`^Ports are in use on 127\\.0\\.0\\.1: ${port} and ${port + 10_000} by ${me}\\.`),
    });
  });

  it('that nobody listens on have no holder', async () => {
    const [port] = await findTestPorts(1);
    assert.equal(await findPortHolder(port), undefined);
    await refusePortsInUse([port]);
  });

  async function listen(port: number, host = '127.0.0.1'): Promise<number> {
    const server = createServer().listen(port, host);
    listening.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
});
