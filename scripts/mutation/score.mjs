const noticedStates = ['Killed', 'Timeout'];
const missedStates = ['Survived', 'NoCoverage'];

/** Of the `files` of a report: how many mutants the tests noticed, those left out of the count apart. */
export function addUpMutants(files) {
  const mutants = Object.values(files).flatMap(file => file.mutants);
  const noticed = mutants.filter(({ status }) => noticedStates.includes(status)).length;
  const all = noticed + mutants.filter(({ status }) => missedStates.includes(status)).length;
  return { noticed, all, percent: all === 0 ? 100 : (100 * noticed) / all };
}

/** What was missed, file by file, the worst first: `src/core/x.ts:12 ConditionalExpression: true`. */
export function mutantLines(files) {
  return Object.entries(files)
    .map(([path, file]) => ({ path, missed: missedIn(file), ...addUpMutants({ [path]: file }) }))
    .sort((one, other) => one.percent - other.percent)
    .flatMap(({ path, missed, percent }) => [
      `${path}: ${percent.toFixed(0)} %`,
      ...missed.map(line => `  ${path}:${line}`),
    ]);
}

function missedIn({ mutants }) {
  return mutants
    .filter(({ status }) => missedStates.includes(status))
    .map(
      ({ location, mutatorName, replacement = '' }) =>
        `${location.start.line}:${location.start.column} ${mutatorName}: ${replacement.replace(/\s+/g, ' ').slice(0, 80)}`,
    );
}
