/*
 * Asks the registry what is known of holes in the packages that the register runs on (docs/adr/0017). It ends with 1
 * where one is high or critical. Where no registry answers it says so and ends with 0: a build without one goes on, and
 * nothing is claimed.
 *
 *   node scripts/audit.cjs                known holes
 *   node scripts/audit.cjs signatures     whether each package is signed by the registry that it came from
 */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

/** Milliseconds: npm itself would wait for minutes. */
const LONGEST_WAIT = 120_000;
const say = (text) => process.stdout.write(`${text}\n`);

/** What npm said, as JSON; nothing where it said none. */
function asked(...words) {
  const { stdout } = spawnSync('npm', ['audit', ...words, '--omit=dev', '--json', '--fetch-retries=0'], {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
    timeout: LONGEST_WAIT,
    maxBuffer: 2 ** 28,
    shell: process.platform === 'win32',
  });
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

function unanswered(said) {
  say(
    `No registry answers this here${said?.message ? ` (${said.message.split(' - ')[0]})` : ''}: NOTHING was audited.`,
  );
}

function holes() {
  const said = asked();
  const counts = said?.metadata?.vulnerabilities;
  if (counts === undefined) return unanswered(said);
  const grave = Object.values(said.vulnerabilities).filter(({ severity }) =>
    ['high', 'critical'].includes(severity),
  );
  for (const { name, severity, range } of grave) say(`${name} ${range}: ${severity}`);
  say(
    `Known holes in what the register runs on: ${grave.length} high or critical, ${counts.total - grave.length} less.`,
  );
  if (grave.length > 0) process.exitCode = 1;
}

function signatures() {
  const said = asked('signatures');
  if (!Array.isArray(said?.invalid)) return unanswered(said);
  for (const { name, version } of said.invalid) say(`${name} ${version}: its signature is wrong`);
  for (const { name, version } of said.missing) say(`${name} ${version}: it has no signature`);
  say(`Wrong signatures: ${said.invalid.length}; none: ${said.missing.length}.`);
  if (said.invalid.length > 0) process.exitCode = 1;
}

if (process.argv[2] === 'signatures') signatures();
else holes();
