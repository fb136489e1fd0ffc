/**
 * Ends a program that an older Node runs, in words: what it loads next would bring that down without any. To be imported
 * before everything else, so it imports nothing.
 */
const WANTED = 26;

if (Number(process.versions.node.split('.')[0]) < WANTED) {
  process.stderr.write(
    `This needs Node ${WANTED}, and Node ${process.versions.node} runs it. npm ci brings the right one: start it with npm start, as with npm run demo, generate, backup or restore, or with npx --no guidance-register.\n`,
  );
  process.exit(1);
}
