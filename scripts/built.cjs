/*
 * Sees to it that what is built is what the sources say: it is built anew where any of them has changed since, and else
 * nothing is done. A source counts from when it came onto this disk, for what is unpacked may bring an older time along.
 */
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, statSync, utimesSync } = require('node:fs');
const { join } = require('node:path');
const { node, there } = require('./runtime.cjs');

const ROOT = join(__dirname, '..');
const BUILT = join(ROOT, 'dist');
const MAIN = join(BUILT, 'apps', 'client', 'main.js');
const SOURCES = ['apps', 'libs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** When anything in a folder was last changed. */
function changed(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.ctimeMs;
  return Math.max(stat.ctimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

function isBuilt() {
  if (!existsSync(MAIN)) return false;
  const { mtimeMs } = statSync(MAIN);
  return SOURCES.every((name) => changed(join(ROOT, name)) <= mtimeMs);
}

if (!isBuilt()) {
  const began = new Date();
  const nest = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const built = spawnSync(node, [nest, 'build'], { ...there, encoding: 'utf8' });
  if (built.status !== 0) {
    process.stderr.write(built.stdout + built.stderr);
    process.exit(70);
  }
  utimesSync(MAIN, began, began);
}

exports.built = BUILT;
