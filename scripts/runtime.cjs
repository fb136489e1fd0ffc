/*
 * Sees to it that the Node of the dependencies is there for what follows, and says where it is. npm 11 links it by
 * itself; npm 10 takes its link away again with those of the platforms that do not fit, and has to be asked once more.
 */
const { execSync } = require('node:child_process');
const { delimiter, join } = require('node:path');

const WANTED = 26;
const ROOT = join(__dirname, '..');
/** Where commands run so that they find the programs of the dependencies first. */
const there = {
  cwd: ROOT,
  env: { ...process.env, PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter) },
};

function runtime() {
  if (isWanted(process.versions.node)) return process.execPath;
  const [version, path] = JSON.parse(
    execSync('node -p "JSON.stringify([process.versions.node, process.execPath])"', there).toString(),
  );
  return isWanted(version) ? path : undefined;
}

function isWanted(version) {
  return Number(version.split('.')[0]) >= WANTED;
}

let found = runtime();
if (found === undefined) {
  execSync('npm rebuild', { ...there, stdio: 'ignore' });
  found = runtime();
}
if (found === undefined) {
  console.error(
    `No package of Node ${WANTED} fits this machine: install Node ${WANTED} on it, and run this again.`,
  );
  process.exit(1);
}

exports.there = there;
exports.node = found;
