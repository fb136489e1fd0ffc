/*
 * To be imported before everything else, so it imports nothing.
 *
 * Ends a program that an older Node runs, in words: what it loads next would bring that down without any.
 */
const WANTED = 26;

if (Number(process.versions.node.split('.')[0]) < WANTED) {
  process.stderr.write(
    `This needs Node ${WANTED}, and Node ${process.versions.node} runs it. npm ci brings the right one: start it with npm start, as with npm run demo, generate, backup or restore, or with npx --no guidance-register.\n`,
  );
  process.exit(1);
}

// Else Node opens its inspector at this signal, to everybody on the machine, who could read keys there. With
// `--disable-sigusr1`, with which our scripts start it, it does not from the first instant; this is for whoever starts it otherwise.
process.on('SIGUSR1', () => undefined);
