// Asks the registry for known weaknesses of what is installed. Ends with 0 when none matters, with 1 when one does, and with 75 when
// nobody could be asked, which is no answer: with RCM_AUDIT=required that is a failure, too.
import { run } from '../setup/run.mjs';
import { judgeAudit } from './judgeAudit.mjs';

const { output } = await run('npm', ['audit', '--json', '--loglevel=silent'], { timeoutSeconds: 120 });
const { verdict, lines } = judgeAudit(output);
for (const line of lines) console.log(line);
const codes = { clean: 0, weak: 1, unasked: process.env.RCM_AUDIT === 'required' ? 1 : 75 };
process.exitCode = codes[verdict];
