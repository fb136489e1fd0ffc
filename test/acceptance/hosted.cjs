/*
 * Runs a program again and again, each time as if in a process of its own: see host.ts. It is over when nothing is left to
 * do in the process, as any program is, or where it ends itself.
 */
const [, , file] = process.argv;
const OWN = { ...process.env };
const { exit } = process;

/** Thrown in the place of an end: nothing of the program goes on after it. */
class Over extends Error {}

/** The run that is under way. */
let run;

const into = (stream) => (chunk, encoding, done) => {
  if (run && run.code === undefined)
    run[stream] += Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8');
  const told = typeof encoding === 'function' ? encoding : done;
  if (told) process.nextTick(told);
  return true;
};
process.stdout.write = into('stdout');
process.stderr.write = into('stderr');
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

process.exit = (code = process.exitCode) => {
  run.code ??= code ?? 0;
  throw new Over();
};
process.on('uncaughtException', (error) => {
  if (error instanceof Over) return;
  process.stderr.write(`${error.stack}\n`);
  run.code ??= 1;
});

function begin({ args, environment }) {
  run = { code: undefined, stdout: '', stderr: '' };
  process.exitCode = undefined;
  process.argv = [process.execPath, file, ...args];
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, OWN, environment);
  delete require.cache[require.resolve(file)];
  require(file);
}

process.on('message', (message) => {
  process.channel.unref();
  begin(message);
});
process.on('beforeExit', () => {
  if (!run) return;
  const { code = process.exitCode ?? 0, stdout, stderr } = run;
  run = undefined;
  process.exitCode = undefined;
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  process.channel.ref();
  process.send({ code, stdout, stderr });
});
process.once('disconnect', () => {
  exit(0);
});
