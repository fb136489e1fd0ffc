/*
 * Compares the Node that npm brings with the sums that are kept of it in runtime-sums.json, and these with what the makers
 * of Node publish (docs/adr/0017-whom-the-runtime-is-taken-from.md).
 *
 *   node scripts/runtime-sums.cjs check      the binary that is installed here has the sum that is kept
 *   node scripts/runtime-sums.cjs version    the Node that runs this is of the version that is kept
 *   node scripts/runtime-sums.cjs makers     the sums that are kept are those of the makers’ archives, of all platforms
 *     --dist URL        another place of the makers’ releases than https://nodejs.org/dist
 *     --keyring FILE    their keys, as gpgv reads them; else they are fetched from their release-keys
 *
 * It ends with 0 where all was compared and agrees, with 1 where something differs, and with 3 where the makers’ list, its
 * signature or an archive could not be had, which it says: then nothing is claimed of what was not compared.
 */
const { createHash } = require('node:crypto');
const { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { spawnSync } = require('node:child_process');
const { parseArgs } = require('node:util');
const { version, binaries } = require('./runtime-sums.json');

const MODULES = join(__dirname, '..', 'node_modules');
const DIST = 'https://nodejs.org/dist';
const KEYS = 'https://github.com/nodejs/release-keys/raw/HEAD/gpg/pubring.kbx';
/** Milliseconds: an archive has 60 MB. */
const LONGEST_FETCH = 300_000;
const [AGREES, DIFFERS, NOT_HAD] = [0, 1, 3];

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const say = (text) => process.stdout.write(`${text}\n`);

function check() {
  const installed = Object.entries(binaries).filter(([name]) => existsSync(join(MODULES, name)));
  if (installed.length === 0) {
    say('No Node of npm’s is installed here: nothing was compared.');
    return DIFFERS;
  }
  let said = AGREES;
  for (const [name, { file, sha256: kept }] of installed) {
    const found = JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')).version;
    const sum = sha256(readFileSync(join(MODULES, name, file)));
    if (found === version && sum === kept) say(`${name} ${found}: ${file} has the sum that is kept of it.`);
    else {
      said = DIFFERS;
      say(
        `${name} ${found}: ${file} has the SHA-256 ${sum}. Of ${version} it is to be ${kept}: do not run it.`,
      );
    }
  }
  return said;
}

function runs() {
  if (process.versions.node === version) return AGREES;
  say(`Node ${process.versions.node} runs here, and the register is tested on ${version}: take that one.`);
  return DIFFERS;
}

/** What is at an address; nothing, and a line that says so, where it cannot be had. */
async function had(address) {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(LONGEST_FETCH) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    say(`${address} could not be had: ${response.status}.`);
  } catch (error) {
    say(`${address} could not be had: ${error.cause?.code ?? error.message}.`);
  }
  return undefined;
}

/** The list of the makers, and whether its signature is one of their keys’; undefined if it cannot be had. */
async function makersList(dist, keyring, folder) {
  const signed = await had(`${dist}/v${version}/SHASUMS256.txt.asc`);
  if (!signed) return undefined;
  const [list, keys, text] = ['list.asc', 'keys.kbx', 'list'].map((name) => join(folder, name));
  writeFileSync(list, signed);
  const fetched = keyring === undefined ? await had(KEYS) : undefined;
  if (fetched) writeFileSync(keys, fetched);
  const ring = keyring ?? (fetched && keys);
  if (ring !== undefined) {
    const checked = spawnSync('gpgv', ['--keyring', ring, '--output', text, list], { encoding: 'utf8' });
    if (checked.status === 0) return { text: readFileSync(text, 'utf8'), signature: AGREES };
    if (checked.status === 1) {
      say(`The signature of the makers’ list is not one of their keys’:\n${checked.stderr}`);
      return { text: '', signature: DIFFERS };
    }
    say(`gpgv could not check the signature: ${checked.error?.code ?? checked.stderr.trim()}.`);
  }
  say('So the signature of the makers’ list was NOT checked.');
  return { text: signed.toString('utf8'), signature: NOT_HAD };
}

/** The sum of the binary in the makers’ archive for a platform, once the archive has the sum that their list says. */
async function sumOfMakers(dist, maker, listed) {
  const isWindows = maker.startsWith('win');
  const name = isWindows ? `${maker}/node.exe` : `node-v${version}-${maker}.tar.gz`;
  const sum = listed.get(name);
  if (sum === undefined) return { said: DIFFERS, why: `the makers’ list has no ${name}` };
  // Of Windows the list has the binary itself.
  if (isWindows) return { said: AGREES, sum };
  const archive = await had(`${dist}/v${version}/${name}`);
  if (!archive) return { said: NOT_HAD, why: 'its archive could not be had' };
  if (sha256(archive) !== sum) return { said: DIFFERS, why: `${name} has not the sum of the makers’ list` };
  const path = `node-v${version}-${maker}/bin/node`;
  const binary = spawnSync('tar', ['-xzOf', '-', path], { input: archive, maxBuffer: 2 ** 30 });
  if (binary.status !== 0) return { said: NOT_HAD, why: `tar could not read ${name}` };
  return { said: AGREES, sum: sha256(binary.stdout) };
}

async function makers({ dist = DIST, keyring }) {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-sums-'));
  try {
    const list = await makersList(dist, keyring, folder);
    if (!list) {
      say(
        `So nothing was compared with what the makers of Node publish: the sums that are kept of ${version} are those of the packages that npm brings.`,
      );
      return NOT_HAD;
    }
    if (list.signature === DIFFERS) return DIFFERS;
    const listed = new Map(
      [...list.text.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm)].map(([, sum, name]) => [name, sum]),
    );
    const all = [list.signature];
    for (const [name, { maker, sha256: kept }] of Object.entries(binaries)) {
      const { said, sum, why } = await sumOfMakers(dist, maker, listed);
      if (said !== AGREES) say(`${name}: NOT compared, ${why}.`);
      else if (sum === kept) say(`${name}: the sum that is kept is that of the makers’ binary.`);
      else say(`${name}: the makers’ binary has the SHA-256 ${sum}, and that which is kept is ${kept}.`);
      all.push(said === AGREES && sum !== kept ? DIFFERS : said);
    }
    if (all.includes(DIFFERS)) return DIFFERS;
    return all.includes(NOT_HAD) ? NOT_HAD : AGREES;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { dist: { type: 'string' }, keyring: { type: 'string' } },
});
const work = { check, version: runs, makers: () => makers(values) }[positionals[0]];
if (work === undefined) {
  say('Say what to compare: check, version or makers.');
  process.exitCode = 2;
} else Promise.resolve(work()).then((code) => (process.exitCode = code));
