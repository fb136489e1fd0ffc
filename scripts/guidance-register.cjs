#!/usr/bin/env node
/* The client for the command line, as `npx --no guidance-register` runs it. */
require('./program.cjs').run('client', 69);
