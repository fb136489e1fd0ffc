/*
 * Sees to it that the Node of the dependencies is there for the npm scripts that follow. npm 11 links it by itself;
 * npm 10 takes its link away again with those of the platforms that do not fit, and has to be asked once more.
 */
const { execSync } = require('node:child_process');

const WANTED = 26;
const major = (version) => Number(version.trim().replace('v', '').split('.')[0]);

if (major(process.version) < WANTED) {
  execSync('npm rebuild', { stdio: 'ignore' });
  const found = execSync('node --version', { encoding: 'utf8' });
  if (major(found) < WANTED) {
    console.error(
      `No package of Node ${WANTED} fits this machine: install Node ${WANTED} on it, and run this again.`,
    );
    process.exit(1);
  }
}
