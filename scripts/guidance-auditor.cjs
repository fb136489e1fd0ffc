#!/usr/bin/env node
/* The auditor for the command line, as `npx --no guidance-auditor` runs it. */
require('./program.cjs').run('auditor', 3);
