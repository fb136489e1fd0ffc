#!/usr/bin/env node
/*
 * The client for the command line, as `npx guidance-register` runs it: on the Node of the dependencies, whichever started
 * it, and built anew where the code has changed since.
 */
const { spawn, spawnSync } = require('node:child_process');
const { existsSync, readdirSync, statSync, utimesSync } = require('node:fs');
const { join } = require('node:path');
const { constants } = require('node:os');

const ROOT = join(__dirname, '..');
const MAIN = join(ROOT, 'dist', 'apps', 'registry', 'cli', 'main.js');
const SOURCES = ['apps', 'libs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** When anything in a folder was last changed. */
function changed(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

function isBuilt() {
  if (!existsSync(MAIN)) return false;
  const { mtimeMs } = statSync(MAIN);
  return SOURCES.every((name) => changed(join(ROOT, name)) <= mtimeMs);
}

if (!existsSync(join(ROOT, 'node_modules'))) {
  console.error('What the client needs is not installed: run npm ci once, in its own folder.');
  process.exit(69);
}
const { node, there } = require('./runtime.cjs');
if (!isBuilt()) {
  const nest = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const built = spawnSync(node, [nest, 'build'], { ...there, encoding: 'utf8' });
  if (built.status !== 0) {
    process.stderr.write(built.stdout + built.stderr);
    process.exit(70);
  }
  utimesSync(MAIN, new Date(), new Date());
}
if (node === process.execPath) require(MAIN);
else {
  const child = spawn(node, [MAIN, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both of Ctrl-C; the client is the one that says how far it came.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
