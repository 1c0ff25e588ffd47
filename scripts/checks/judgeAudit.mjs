import { readFileSync } from 'node:fs';

/**
 * What `npm audit --json` said: `weak` where a package that ships has a known weakness of any kind, or one that only builds and
 * tests has a serious one; `unasked` where there was no answer.
 */
export function judgeAudit(output, isDevelopment = readLock()) {
  const report = parse(output);
  if (typeof report?.vulnerabilities !== 'object' || report.vulnerabilities === null)
    return { verdict: 'unasked', lines: [`The registry gave no answer. ${reasonIn(report)}`.trim()] };
  const found = Object.values(report.vulnerabilities).map(({ name, severity, nodes = [] }) => {
    const ships = nodes.some(path => !isDevelopment(path));
    return { name, severity, ships, matters: ships || severity === 'high' || severity === 'critical' };
  });
  const lines = found.map(
    ({ name, severity, ships, matters }) =>
      `${name}: ${severity}, ${ships ? 'ships' : 'builds and tests only'}${matters ? '' : ', let pass'}`,
  );
  return { verdict: found.some(({ matters }) => matters) ? 'weak' : 'clean', lines };
}

/** Whether a package of the lock file is there for building and testing alone. */
function readLock() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return path => packages[path]?.dev === true;
}

function parse(output) {
  try {
    // npm may have said something before.
    return JSON.parse(output.slice(output.indexOf('{')));
  } catch {
    return undefined;
  }
}

function reasonIn(report) {
  const reason = report?.message ?? report?.error?.summary;
  // Not where it was asked: that is nobody's business who reads a log.
  return typeof reason === 'string' ? reason.replace(/\bhttps?:\/\/\S+/g, '…') : '';
}
