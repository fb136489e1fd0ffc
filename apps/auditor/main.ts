import '@app/terminal/require-node';
import { Command, Option } from 'commander';
import { visible } from '@app/phrases/words';
import { readableNumber, teller } from '@app/terminal/progress';
import { stopping } from '@app/terminal/stopping';
import { isFinding, type Finding } from '@app/transparency/finding';
import { version } from '../../package.json';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import { exportLog } from './export';
import { addQuestions } from './question-commands';
import { checkReceipt, genuineReceipt, type ReceiptVerdict } from './receipt';
import { receiptIn } from './receipt-file';
import { exportReport, findingReport, receiptReport, verificationReport, type Report } from './report';
import { type LogSource } from './source';
import { openSource } from './open-source';
import { trustFor, type TrustOptions } from './trust-options';
import { verifyLog } from './verify';

for (const name of ['GUIDANCE_REGISTER_URL', 'GUIDANCE_AUDITOR_KEY']) {
  const said = process.env[name]?.trim();
  if (said === undefined || said === '') Reflect.deleteProperty(process.env, name);
  else process.env[name] = said;
}

const USUAL_SOURCE = process.env['GUIDANCE_REGISTER_URL'] ?? 'http://127.0.0.1:3000';
const SOURCE = 'the address of a register, or the file of an export';

interface Telling {
  readonly json?: boolean;
  readonly progress?: boolean;
}

type Common = TrustOptions & Telling;
type ExportCommand = Telling & { readonly force?: boolean };

function several(one: string, before: readonly string[]): readonly string[] {
  return [...before, one];
}

/** Options that say whom to trust. */
function trusting(command: Command): Command {
  return command
    .addOption(
      new Option('--key <vkey>', 'the verifier key of the register, from elsewhere than the register').env(
        'GUIDANCE_AUDITOR_KEY',
      ),
    )
    .option('--trust-first', 'where no key is known, take the register’s own, unproven, and keep it')
    .option('--state <file>', 'where is kept what was seen of each log (else in the folder of states)')
    .option('--no-state', 'keep nothing, and compare with nothing that was seen before')
    .option(
      '--forget',
      'leave aside what was seen of this log before, such as after a restore that is owned up to',
    )
    .option('--witness <vkey>', 'a witness that must have cosigned (repeats)', several, []);
}

function telling(command: Command): Command {
  return command
    .option('--json', 'print one JSON document')
    .option('--progress', 'say how far it is also where there is no terminal');
}

async function ended(work: (signal: AbortSignal) => Promise<Report>): Promise<void> {
  const signal = stopping();
  try {
    const report = await work(signal);
    process.stdout.write(report.text);
    process.exitCode = report.code;
  } catch (error) {
    if (signal.aborted) process.exitCode = AUDITOR_EXIT.interrupted;
    else if (error instanceof AuditEnd) {
      // It may name what a file or a register says.
      process.stderr.write(`${visible(error.message)}.\n`);
      process.exitCode = error.code;
    } else throw error;
  }
}

/** Does something with a source, and tells how far it is. */
async function withSource<T>(
  name: string,
  { progress = false }: Telling,
  signal: AbortSignal,
  work: (source: LogSource, told: (done: number, of: number) => void) => Promise<T>,
): Promise<T> {
  const source = await openSource(name, signal);
  const isTold = progress || process.stderr.isTTY;
  let reporter: ReturnType<typeof teller> | undefined;
  const told = (done: number, of: number) => {
    signal.throwIfAborted();
    if (!isTold) return;
    const words = () => `${readableNumber(done)} of ${readableNumber(of)} events`;
    reporter ??= teller(of, words());
    reporter.tell(done, words);
  };
  try {
    return await work(source, told);
  } finally {
    reporter?.end();
    await source.close();
  }
}

/** What a finding comes to before anything of a log was read. */
const alone = (finding: Finding): ReceiptVerdict => ({ receipt: undefined, findings: [finding] });

const program = new Command('guidance-auditor')
  .description('Checks a guidance register from what anybody may read of it, without trusting it.')
  .version(version)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? AUDITOR_EXIT.sound : AUDITOR_EXIT.usage))
  .showHelpAfterError('(--help says how it is used)')
  .addHelpText(
    'after',
    `
Environment:
  GUIDANCE_AUDITOR_KEY   the verifier key of the register, which its operator publishes
  GUIDANCE_REGISTER_URL  where the register is, unless a command names it

Exit codes:
  0 sound, 1 something is wrong, 2 wrong usage, 3 the register is not reached, or a file cannot be read or written,
  4 it cannot be told, 70 a fault of this program, 130 stopped

Example:
  guidance-auditor verify https://register.example --key register.example+ccaefe4d+AT04…`,
  );

telling(
  trusting(
    program
      .command('verify')
      .summary('check a log as a whole')
      .description(
        'Checks the keys of a log, its checkpoint, each event (form, place, and whether its body might post it then), the tree of all, the published tiles, and that it goes on from what was seen before. What is sound is kept, to be compared with the next time.',
      )
      .argument('[source]', SOURCE, USUAL_SOURCE),
  ),
).action((name: string, options: Common) =>
  ended((signal) =>
    withSource(name, options, signal, async (source, told) => {
      const trust = await trustFor(source, options);
      if (isFinding(trust)) return findingReport(source.describe, trust, options.json === true);
      const verification = await verifyLog(source, trust, told);
      const report = verificationReport(source.describe, trust, verification, options.json === true);
      const { head } = verification;
      const isNewest = (trust.seen?.checkpoint.size ?? 0) <= (head?.checkpoint.size ?? -1);
      if (report.code === AUDITOR_EXIT.sound && head && isNewest) await trust.state?.keep(head, trust.key);
      return report;
    }),
  ),
);

telling(
  trusting(
    program
      .command('receipt')
      .summary('check a receipt')
      .description(
        'Checks that a register gave a receipt, and that it says what the log says: the rules, applied to the events that it knows, give its answer. Without a source, or with --offline, only whether it is genuine is told, by the keys that verify has kept.',
      )
      .argument('<file>', 'the receipt, a compact JWS; - for standard input')
      .argument('[source]', SOURCE),
  ).option('--offline', 'ask no register, also where one is named'),
).action((file: string, name: string | undefined, options: Common & { readonly offline?: boolean }) =>
  ended(async (signal) => {
    const jws = await receiptIn(file);
    if (isFinding(jws)) return receiptReport(undefined, alone(jws), options.json === true);
    if (name === undefined || options.offline === true)
      return receiptReport(undefined, await genuineReceipt(jws, options), options.json === true);
    return withSource(name, options, signal, async (source, told) => {
      const trust = await trustFor(source, options);
      const verdict = isFinding(trust) ? alone(trust) : await checkReceipt(jws, source, trust, told);
      return receiptReport(source.describe, verdict, options.json === true);
    });
  }),
);

telling(
  program
    .command('export')
    .summary('write the public data of a log to a file')
    .description(
      'Writes what anybody may read of a register to a ZIP file, which any tool opens, and which verify and receipt take in the place of the register. It is written as it is given, sound or not: verify says which.',
    )
    .usage('[options] [source] <file>')
    .argument('<source-and-file...>', `${SOURCE}, and the file to write`)
    .option('--force', 'replace the file where it is there already'),
).action((names: readonly string[], options: ExportCommand, command: Command) => {
  const [file = '', name = USUAL_SOURCE, ...more] = names.toReversed();
  if (more.length > 0) command.error('error: name one source and one file');
  return ended((signal) =>
    withSource(name, options, signal, async (source, told) => {
      const { force = false, json = false } = options;
      const exported = await exportLog(source, file, { force, told });
      return exportReport(source.describe, file, exported, json);
    }),
  );
});

addQuestions(program, { usualSource: USUAL_SOURCE, trusting, several, ended, withSource });

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? process.exitCode : AUDITOR_EXIT.unreadable);
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(AUDITOR_EXIT.fault);
});
