#!/usr/bin/env node
/*
 * The client for the command line, as `npx --no guidance-register` runs it in a checkout: on the Node of the dependencies, whichever started
 * it, and built anew where the code has changed since.
 */
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { constants } = require('node:os');

if (!existsSync(join(__dirname, '..', 'node_modules'))) {
  console.error('What the client needs is not installed: run npm ci once, in its own folder.');
  process.exit(69);
}
const { node } = require('./runtime.cjs');
const { main } = require('./built.cjs');
if (node === process.execPath) require(main);
else {
  const child = spawn(node, ['--disable-sigusr1', main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both of Ctrl-C; the client is the one that says how far it came.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
