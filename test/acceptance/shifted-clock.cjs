/*
 * Loaded before the register (`node --require`): shifts what it takes for the time by so many milliseconds as stand in the
 * file that SHIFTED_BY names, at every look. The machine’s own time since it was started stays as it is.
 */
const { readFileSync } = require('node:fs');

const now = Date.now;
Date.now = () => now() + Number(readFileSync(process.env.SHIFTED_BY, 'utf8'));
