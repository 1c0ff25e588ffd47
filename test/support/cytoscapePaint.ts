import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Snapshot } from '../../src/shared/pageProtocol';

/** In milliseconds, until the frame that shows it: the nodes of a snapshot as dots at given places, replicas with an edge to their master. */
export async function paintWithCytoscape(page: Page, snapshot: Snapshot): Promise<number> {
  await page.goto('about:blank');
  await page.setContent('<div id="graph" style="width: 1600px; height: 900px"></div>');
  await page.addScriptTag({ content: readFileSync(require.resolve('cytoscape/dist/cytoscape.min.js'), 'utf8') });
  await page.evaluate(`window.benchNodes = ${JSON.stringify(snapshot.nodes)}; undefined`);
  return page.evaluate<number>(`new Promise(done => {
    const begun = performance.now();
    const shape = node => ({ data: { id: node.id, label: node.name, state: node.state }, position: place(node) });
    const place = node => {
      const at = benchNodes.indexOf(node);
      return { x: (at % 40) * 40, y: Math.floor(at / 40) * 36 };
    };
    const known = new Set(benchNodes.map(({ id }) => id));
    const edges = benchNodes
      .filter(({ masterId }) => known.has(masterId))
      .map(({ id, masterId }) => ({ data: { id: id + '-of', source: id, target: masterId } }));
    cytoscape({
      container: document.getElementById('graph'),
      elements: [...benchNodes.map(shape), ...edges],
      layout: { name: 'preset' },
      style: [
        { selector: 'node', style: { label: 'data(label)', width: 28, height: 28, 'font-size': 6 } },
        { selector: 'node[state != "ok"]', style: { 'background-color': '#f14c4c' } },
        { selector: 'edge', style: { width: 1 } },
      ],
    });
    // It draws in a frame of its own, after this one was asked for.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))));
  })`);
}
