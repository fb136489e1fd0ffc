/*
 * Asks the registry what is known of holes in the packages that the register runs on, and whether they are as it signed
 * them (docs/adr/0017). It ends with 1 where a hole is high or critical, or a signature is wrong. Where no registry answers
 * it says so and ends with 0: a build without one goes on, and nothing is claimed.
 */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

/** Milliseconds: npm itself would wait for minutes. */
const LONGEST_WAIT = 120_000;
const say = (text) => process.stdout.write(`${text}\n`);

/** What npm said, as JSON; undefined if it said none. */
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

function unanswered(what, said) {
  const why = said?.message ? ` (${said.message.split(' - ')[0]})` : '';
  say(`No registry answers this here${why}: ${what} NOT audited.`);
}

/** Whether a registry answers. */
function holes() {
  const said = asked();
  const counts = said?.metadata?.vulnerabilities;
  if (counts === undefined) {
    unanswered('holes and signatures were', said);
    return false;
  }
  const grave = Object.values(said.vulnerabilities).filter(({ severity }) =>
    ['high', 'critical'].includes(severity),
  );
  for (const { name, severity, range } of grave) say(`${name} ${range}: ${severity}`);
  say(`Known holes: ${grave.length} high or critical, ${counts.total - grave.length} less.`);
  if (grave.length > 0) process.exitCode = 1;
  return true;
}

function signatures() {
  const said = asked('signatures');
  if (!Array.isArray(said?.invalid)) {
    unanswered('signatures were', said);
    return;
  }
  for (const { name, version } of said.invalid) say(`${name} ${version}: its signature is wrong`);
  say(`Signatures: ${said.invalid.length} wrong, ${said.missing.length} missing.`);
  if (said.invalid.length > 0) process.exitCode = 1;
}

if (holes()) signatures();
