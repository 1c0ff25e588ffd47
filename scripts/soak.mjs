// `npm run soak -- --hours 8`: the whole extension watches fake clusters of 6, 60 and 1000 nodes through so many simulated hours.
// `--real --minutes 60`: a real cluster of six, in real time. `--node-cost --nodes 6`: what a real server spends on being watched;
// `--look-cost --nodes 1000`: what a look costs one that knows so many.
// Further: `--sizes 6,60`, `--interval 2` (seconds), `--warm-up 2.5` (hours), `--plant` (leaks, to see them found), `--server PATH`.
import { runProgram } from './runProgram.mjs';

await runProgram('test/cluster/soak/main.ts');
