/*
 * To be imported before everything else, so it imports nothing itself.
 *
 * Ends the program with a message if an older Node runs it: the next import would crash without one.
 */
const WANTED = 26;

if (Number(process.versions.node.split('.')[0]) < WANTED) {
  process.stderr.write(
    `This needs Node ${WANTED}, and Node ${process.versions.node} runs it. npm ci brings the right one: start it with npm start, as with npm run demo, generate, backup or restore, or with npx --no guidance-register.\n`,
  );
  process.exit(1);
}

// Without this, Node opens its inspector at this signal to everybody on the machine, who could read keys
// there. Our scripts start Node with `--disable-sigusr1`, which prevents that from the first instant; this
// line is for programs that are started otherwise.
process.on('SIGUSR1', () => undefined);
