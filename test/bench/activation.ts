// How long the extension takes to activate in a real VS Code, and what is read for it.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { buildExtension } from '../../scripts/setup/build.mjs';
import { run } from '../../scripts/setup/run.mjs';
import type { Activation } from './inside/activation';
import { runInside } from './inside/runInside';
import { present } from './report/present';

const settings = { 'redisCluster.clusters': [{ id: 'one', name: 'One', nodes: ['127.0.0.1:6379'] }] };

void present({
  how:
    'The extension as it ships, with a cluster in the settings, activated in the extension host of a real VS Code that was started ' +
    'anew with an empty profile: from the call to its end, and how much code was loaded for it. The package is what users download.',
  notes: [
    'Activation registers commands and views. The core, which is most of the code, is loaded with the first look, what speaks SSH ' +
      'with the first tunnel.',
  ],
  async measure({ runs, part }) {
    await part('starts', async () => {
      await buildExtension({ production: true });
      const starts: Activation[] = [];
      for (let start = 0; start < runs(7); start++) {
        starts.push(await runInside<Activation>('activation', settings));
        console.error(`start ${start + 1}:`, starts.at(-1));
      }
      return [
        {
          what: 'Activation',
          unit: 'ms',
          values: starts.map(({ milliseconds }) => milliseconds),
          goal: { most: 50 },
          summary: true,
        },
        { what: 'Code loaded for it', unit: 'KiB', values: starts.map(({ bytes }) => bytes / 1024) },
      ];
    });
    await part('package', async () => {
      const { status, output } = await run('npm', ['run', 'package'], { timeoutSeconds: 120 });
      assert.equal(status, 0, output);
      const megabytes = statSync('dist/redis-cluster-manager.vsix').size / 1e6;
      return [{ what: 'Package', unit: 'MB', values: [megabytes], goal: { most: 1 }, summary: true }];
    });
  },
});
