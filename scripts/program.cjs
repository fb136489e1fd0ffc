/*
 * Runs a program of the command line in a checkout: on the Node of the dependencies, whichever started it, and built anew where
 * the code has changed since.
 */
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { constants } = require('node:os');

/** `name`: that of its folder in apps; `missing`: the exit code where what it needs is not installed. */
exports.run = (name, missing) => {
  if (!existsSync(join(__dirname, '..', 'node_modules'))) {
    console.error('What this needs is not installed: run npm ci once, in its own folder.');
    process.exit(missing);
  }
  const { node } = require('./runtime.cjs');
  const { built } = require('./built.cjs');
  const main = join(built, 'apps', name, 'main.js');
  if (node === process.execPath) return require(main);
  const child = spawn(node, ['--disable-sigusr1', main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both of Ctrl-C; the program is the one that says how far it came.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
};
