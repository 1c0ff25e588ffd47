// `npm run faults -- --minutes 60 --seed 1`: the fault campaign. Further: `--cases N`, `--case K` (that one only, told in full),
// `--server PATH`, `--summary` (of all cases so far). Started again with the same seed it goes on after the last case that is in its file in out/faults.
import { runProgram } from './runProgram.mjs';

await runProgram('test/faults/campaign/main.ts');
