import type { OpenPage } from './pageHarness';

export interface Timed {
  /** CPU of the main thread: script, style, layout, painting. */
  cpu: number;
  /** From the message to the frame that shows it. */
  frame: number;
}

/** Sends a message as the editor does; its text is parsed before, as the editor's own channel does. */
export async function timeMessage({ page }: OpenPage, message: object): Promise<Timed> {
  await page.evaluate(`window.benchMessage = ${JSON.stringify(message)}; undefined`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
  };
  const before = await spent();
  const frame = await page.evaluate<number>(`new Promise(done => {
    const begun = performance.now();
    addEventListener('message', () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))), { once: true });
    postMessage(benchMessage, '*');
  })`);
  const cpu = (await spent()) - before;
  await session.detach();
  return { cpu, frame };
}

/** To be evaluated in the page with the map of nodes: turns the wheel with every frame, gives how long 120 frames took. */
export const panAndZoom = `new Promise(done => {
  const tree = document.querySelector('.grid-tree');
  const { left, top } = tree.getBoundingClientRect();
  const at = { clientX: left + 500, clientY: top + 300, bubbles: true, cancelable: true };
  const frames = [];
  let last = performance.now();
  let step = 0;
  const frame = now => {
    if (step > 0) frames.push(now - last);
    last = now;
    if (step++ === 120) return done(frames);
    tree.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: step % 60 < 30 ? -60 : 60 }));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;
