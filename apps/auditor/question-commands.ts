import type { Command } from 'commander';
import { isFinding, type Finding } from '@app/transparency/finding';
import { answerFrom, type AnswerOptions } from './answer';
import type { Commitment, ProgressOfReading } from './committed-log';
import { changedAnswers, type DiffOptions } from './diff';
import { AUDITOR_EXIT } from './exit-codes';
import { replayed, type ReplayOptions } from './replay';
import { findingReport, type Report } from './report';
import type { LogSource } from './source';
import { trustFor, type TrustOptions } from './trust-options';
import { commitmentOf } from './trusted-log';

type Told = TrustOptions & { readonly json?: boolean };

/** What the program does for each of its commands. */
export interface CommandTools {
  readonly usualSource: string;
  /** Adds the options that say whom to trust. */
  readonly trusting: (command: Command) => Command;
  readonly several: (one: string, before: readonly string[]) => readonly string[];
  /** Does something, prints what comes of it, and ends with its exit code. */
  readonly ended: (work: (signal: AbortSignal) => Promise<Report>) => Promise<void>;
  readonly withSource: <T>(
    name: string,
    options: Told,
    signal: AbortSignal,
    work: (source: LogSource, told: ProgressOfReading) => Promise<T>,
  ) => Promise<T>;
}

/** Adds the commands that ask the rules about a log, at one moment or at two. */
export function addQuestions(program: Command, tools: CommandTools): void {
  addAnswer(program, tools);
  addReplay(program, tools);
  addDiff(program, tools);
}

const NOT_WHO = 'Whether each event was posted by whoever might is not looked at: verify does.';

function addAnswer(program: Command, tools: CommandTools): void {
  common(
    program
      .command('answer')
      .summary('answer a question from the log alone')
      .description(
        `Answers whether a provider may deliver guidance, as known at any position, by the rules applied to the log: in words, or with --json in the very bytes that the register gives at that position. The tree of the log is compared with its signed checkpoint before anything is told. ${NOT_WHO}`,
      )
      .requiredOption('--provider <key>', 'a key of the provider, such as ukprn:10000001')
      .requiredOption('--setting <setting>', 'how guidance is delivered, such as school-commissioned')
      .option('--adviser <key>', 'an adviser who is to deliver it (repeats)', tools.several, [])
      .option('--school <key>', 'the school that asks')
      .option(
        '--policy <id>',
        'under which policy (repeats; all: under every one; else cmqa-2017)',
        tools.several,
        [],
      )
      .option('--at <moment>', 'as known at a position, or an instant (else at the end of the log)'),
    tools,
  )
    .addHelpText(
      'after',
      `
Without a day it is of the day that is open at that moment. Exit codes:
  0 eligible, 1 not eligible, or something is wrong with the log, 2 wrong usage, 3 the register is not reached,
  4 neither yes nor no can be said, or there is no answer

Example:
  guidance-auditor answer --provider ukprn:10000001 --setting school-commissioned --on 2026-09-01 --at 4182`,
    )
    .action((name: string, options: Told & AnswerOptions) =>
      withLog(name, options, tools, async (source, commitment, told) => {
        const found = await answerFrom(source, commitment, options, told);
        return isFinding(found) ? found : { code: found.code, text: `${found.text}\n` };
      }),
    );
}

function addReplay(program: Command, tools: CommandTools): void {
  trustingSource(
    program
      .command('replay')
      .summary('tell what happened between two moments')
      .description(
        `Tells every event between two moments, both included, in the order of the log: in words, or with --json as the stored bytes, a line each. The tree of the log is compared with its signed checkpoint before anything is told. ${NOT_WHO}`,
      )
      .option('--from <moment>', 'the first event: a position, or an instant (else the first of all)')
      .option('--to <moment>', 'the last event likewise (else the last of all)')
      .option('--provider <key>', 'only what was recorded about this provider (repeats)', tools.several, []),
    tools,
  )
    .addHelpText(
      'after',
      `
Exit codes:
  0 done, 1 something is wrong with the log, 2 wrong usage, 3 the register is not reached, 4 it cannot be told

Example:
  guidance-auditor replay --from 4000 --to 4182 --provider ukprn:10000001`,
    )
    .action((name: string, options: Told & ReplayOptions) =>
      withLog(name, options, tools, (source, commitment, told) =>
        printed(replayed(source, commitment, options, told)),
      ),
    );
}

function addDiff(program: Command, tools: CommandTools): void {
  common(
    program
      .command('diff')
      .summary('tell which answers changed between two moments, and by what')
      .description(
        `Tells which answers are not the same as known at two moments, and each event between at which they changed. Unless a day is said, each moment is asked about the day that is open then, so that a day that opens can change an answer too. Compared are the outcome, the last day of a yes, and which requirements fail or are uncertain, why and when. The tree of the log is compared with its signed checkpoint before anything is told. ${NOT_WHO}`,
      )
      .argument('<before>', 'the earlier moment: a position, or an instant')
      .argument('<after>', 'the later moment likewise, or head for the end of the log')
      .option(
        '--provider <key>',
        'only the answers of this provider (repeats; else of all)',
        tools.several,
        [],
      )
      .option('--setting <setting>', 'only in this setting (repeats; else in all)', tools.several, [])
      .option('--policy <id>', 'only under this policy (repeats; else under all)', tools.several, []),
    tools,
  )
    .addHelpText(
      'after',
      `
Exit codes:
  0 done, whether anything changed or not, 1 something is wrong with the log, 2 wrong usage, 3 the register is
  not reached, 4 it cannot be told

Example:
  guidance-auditor diff 4000 4182 --provider ukprn:10000001`,
    )
    .action((before: string, after: string, name: string, options: Told & DiffOptions) =>
      withLog(name, options, tools, (source, commitment, told) =>
        printed(changedAnswers(source, commitment, [before, after], options, told)),
      ),
    );
}

function common(command: Command, tools: CommandTools): Command {
  return trustingSource(
    command
      .option('--on <day>', 'the day that is asked about')
      .option('--from <day>', 'the first day of a window')
      .option('--until <day>', 'its last day'),
    tools,
  );
}

function trustingSource(command: Command, { trusting, usualSource }: CommandTools): Command {
  return trusting(
    command.argument('[source]', 'the address of a register, or the file of an export', usualSource),
  )
    .option('--json', 'print JSON')
    .option('--progress', 'say how far it is also where there is no terminal');
}

/** Does something with the log of a source, as its checkpoint commits to it. */
function withLog(
  name: string,
  options: Told,
  { ended, withSource }: CommandTools,
  work: (source: LogSource, commitment: Commitment, told: ProgressOfReading) => Promise<Report | Finding>,
): Promise<void> {
  return ended((signal) =>
    withSource(name, options, signal, async (source, told) => {
      const trust = await trustFor(source, options);
      const commitment = isFinding(trust) ? trust : await commitmentOf(source, trust);
      const found = isFinding(commitment) ? commitment : await work(source, commitment, told);
      return isFinding(found) ? findingReport(source.describe, found, options.json === true) : found;
    }),
  );
}

/** Prints piece by piece, as fast as it is taken. */
async function printed(pieces: AsyncIterable<string | Finding>): Promise<Report | Finding> {
  for await (const piece of pieces) {
    if (isFinding(piece)) return piece;
    if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
  return { text: '', code: AUDITOR_EXIT.sound };
}
