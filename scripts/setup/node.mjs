// The Node that runs this must be one the extension's tools know.
import { SetupError } from './step.mjs';

const oldest = [20, 19];

export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new SetupError(
    `Node ${oldest.join('.')} or newer is needed; this is Node ${version}.\n  Install a newer one, for example: nvm install 22`,
  );
}
