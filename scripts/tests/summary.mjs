// Adds up what the parts of the test run report: checks that pass or fail as a whole, questions
// that others may leave unanswered, and suites that count.

/** `{ passed, failed, notes }` of one command: a note for whatever did not pass. */
export function judge({ kind, label, status, timedOut = false, leftovers = false, report }) {
  const problem = text => `${label}: ${text}`;
  const ended = timedOut
    ? 'took too long and was ended'
    : status === null
      ? 'could not be run'
      : `ended with code ${status}`;
  // Said, and counted neither way: who wants an answer sees that there was none.
  if (kind === 'question' && status === noAnswer)
    return { passed: 0, failed: 0, notes: [problem('not answered, so neither passed nor failed')] };
  if (kind === 'check' || kind === 'question')
    return status === 0 ? { passed: 1, failed: 0, notes: [] } : { passed: 0, failed: 1, notes: [problem(ended)] };
  if (report === undefined) return { passed: 0, failed: 1, notes: [problem(`${ended} without a report`)] };

  const notes = report.failures.map(problem);
  if (timedOut) notes.push(problem(`${ended}${report.during === undefined ? '' : ` during "${report.during}"`}`));
  if (report.pending > 0) notes.push(problem(`${report.pending} skipped`));
  if (report.passed === 0 && report.failures.length === 0) notes.push(problem('no test ran'));
  else if (status !== 0 && notes.length === 0) notes.push(problem(`${ended} though no test failed`));
  if (leftovers) notes.push(problem('left processes running'));
  return { passed: report.passed, failed: notes.length, notes };
}

/** The code a question ends with when it got no answer (EX_TEMPFAIL of sysexits.h). */
const noAnswer = 75;

export function addUp(judgements) {
  return judgements.reduce(
    (sum, { passed, failed, notes }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      notes: [...sum.notes, ...notes],
    }),
    { passed: 0, failed: 0, notes: [] },
  );
}

/** One line for each of the files that took longest in all the suites together. */
export function slowestFiles(reports, count) {
  return reports
    .flatMap(({ label, report }) =>
      Object.entries(report?.seconds ?? {}).map(([file, taken]) => ({ label, file, taken })),
    )
    .sort((a, b) => b.taken - a.taken)
    .slice(0, count)
    .map(({ label, file, taken }) => `${taken.toFixed(0).padStart(4)} s ${file} (${label})`);
}

export function closingLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
