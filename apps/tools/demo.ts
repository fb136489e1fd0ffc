import '@app/terminal/require-node';
import 'reflect-metadata';
import { styleText } from 'node:util';
import { importHistory } from '@app/application/posting/history-import';
import { openLog } from '@app/application/stores/open';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { ConsoleLogger } from '@nestjs/common';
import { serve } from '../registry/server';
import { ownSettings, type Settings } from '../registry/settings';
import { answersInWords } from '@app/phrases/answers-in-words';
import {
  knownInWords,
  questionInWords,
  reasonsInWords,
  recordedInWords,
  verdictInWords,
} from '@app/phrases/words';
import { SOLE_TRADER } from '@app/synthetic/scenarios';
import { county, PRESENT } from '@app/synthetic/demo-county';

/** The registrar’s key of a demonstration, unless the environment brings another. It is no secret. */
const KEY = 'the-key-of-the-demonstration';

const WIDTH = 96;

/** A question and its point; asked more than once if it matters what was known; under one policy unless it names more. */
interface Shown {
  readonly title: string;
  readonly shows: string;
  readonly provider: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly knownAt?: readonly { readonly says: string; readonly instant?: string }[];
}

const QUESTIONS: readonly Shown[] = [
  {
    title: 'Exact to the day',
    shows: 'The accreditation ends in the course of the school year.',
    provider: 'ukprn:10000001',
    asked: { setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20' },
  },
  {
    title: 'What was known then, and what is known now',
    shows:
      'The award was posted with a year too many, and corrected a year later. What was answered before can be asked again, as it was known then, and the correction does not hide it.',
    provider: 'ukprn:10000002',
    asked: { setting: 'school-commissioned', from: '2025-09-01', until: '2026-07-20' },
    knownAt: [
      { says: 'As a school was answered on 2 July 2025', instant: '2025-07-02T12:00:00Z' },
      { says: 'As is known now' },
    ],
  },
  {
    title: 'A suspension under appeal',
    shows: 'Of this suspension an appeal stays the effect, from the day on which it is lodged.',
    provider: 'ukprn:10000003',
    asked: { setting: 'publicly-funded', from: '2026-06-01', until: '2026-08-31' },
  },
  {
    title: 'Those who do the work',
    shows: 'A part of the contract went to another provider, which has only applied for accreditation.',
    provider: 'ukprn:10000010',
    asked: { setting: 'national-careers-service', from: '2026-09-01', until: '2027-03-31' },
  },
  {
    title: 'Neither yes nor no',
    shows: 'The award is disputed. Whether it counts no one can say yet, and the register does not guess.',
    provider: 'ukprn:10000006',
    asked: { setting: 'publicly-funded', from: '2026-09-01', until: '2026-12-18' },
  },
  {
    title: 'Each policy for itself',
    shows:
      'The adviser comes as the provider’s, and the school that asks employs her too. The law, guidance and a proposal each ask something else, and what says nothing does not say no.',
    provider: 'ukprn:10000017',
    asked: {
      setting: 'school-commissioned',
      from: '2026-09-01',
      until: '2027-07-20',
      adviser: 'adviser:example0019',
      school: 'urn:100001',
      policy: 'all',
    },
  },
];

function say(text = '', indent = '   '): void {
  for (const line of wrapped(text, WIDTH - indent.length)) process.stdout.write(`${line && indent + line}\n`);
}

function wrapped(text: string, width: number): readonly string[] {
  const lines = [''];
  // The day stays on one line with its month.
  for (const word of text.split(/(?<!\b\d\d?) /)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Asks over HTTP, as anybody would, and tells the answer in plain words. */
async function ask(url: string, { provider, asked, knownAt = [{ says: '' }] }: Shown): Promise<void> {
  for (const [i, { says, instant }] of knownAt.entries()) {
    const question = { ...asked, ...(instant === undefined ? {} : { knownAt: instant }) };
    const response = await fetch(`${url}/v1/providers/${provider}/eligibility?${queryOf(question)}`);
    if (!response.ok) throw new Error(`The demonstration was answered ${await response.text()}`);
    const told = (await response.json()) as Answer | { readonly answers: readonly Answer[] };
    const answers = 'answers' in told ? told.answers : [told];
    const [answer] = answers;
    if (answer === undefined) throw new Error('The demonstration was given no answer');
    const isOne = answers.length === 1;
    if (i === 0) say(questionInWords(answer));
    say();
    if (says !== '') say(`${says}:`);
    say(isOne ? verdictInWords(answer) : answersInWords(answers), '     ');
    for (const reason of answers.flatMap(reasonsInWords)) say(reason, '     ');
    say(isOne ? knownInWords(answer) : `${recordedInWords(answer)}.`, '     ');
    process.stdout.write(`     ${styleText('dim', `${url}/?${queryOf({ provider, ...question })}`)}\n`);
  }
}

function queryOf(asked: Readonly<Record<string, string>>): string {
  return new URLSearchParams(asked).toString().replaceAll('%3A', ':');
}

/** Records in the vault who the county’s sole trader is, as a public name. */
async function nameSoleTrader(url: string, key: string): Promise<void> {
  const response = await fetch(`${url}/v1/providers/${SOLE_TRADER}/person`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Example Person, Guidance', public: true }),
  });
  if (!response.ok) throw new Error(`The demonstration was answered ${await response.text()}`);
}

async function main(): Promise<void> {
  const { settings: environment } = ownSettings();
  const settings = {
    ...environment,
    store: { kind: 'memory' as const },
    registrarKey: environment.registrarKey ?? KEY,
    calendar: 'manual' as const,
    notice: 'A demonstration: Storyshire is an invented county, and no one in this register exists.',
  } satisfies Settings;
  say();
  say('The register of Storyshire, a county that does not exist. No one in it does either.');
  let events = 0;
  const log = await importHistory(await openLog(settings.store), county(), {
    told: (stand) => {
      events = stand;
    },
  });
  const began = performance.now();
  const { app, started } = await serve(settings, {
    log,
    // In the county it is the morning of 1 September 2026, whatever the date of this machine.
    clock: () => Math.floor(PRESENT + performance.now() - began),
    sinceBoot: () => performance.now(),
    logger: new ConsoleLogger('demonstration', { logLevels: ['error', 'fatal'] }),
    showSecret: () => undefined,
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT', 'SIGHUP'], { useProcessExit: true });
  const url = await app.getUrl();
  await started;
  await nameSoleTrader(url, settings.registrarKey);
  say(
    `Forty providers, 150 advisers, thirty schools: ${events.toLocaleString('en-GB')} events of nine years, each posted by the body that may, and judged. In the county it is 1 September 2026. Six questions to it:`,
  );
  for (const [i, question] of QUESTIONS.entries()) {
    say();
    process.stdout.write(`${styleText('bold', `${i + 1}  ${question.title}`)}\n`);
    say(question.shows);
    say();
    await ask(url, question);
  }
  say();
  process.stdout.write(`${styleText('bold', '   Look around')}\n`);
  const key = environment.registrarKey === undefined ? KEY : 'that of REGISTER_REGISTRAR_KEY';
  for (const [what, where] of [
    ['Ask for yourself', `${url}/`],
    ['A sole trader, found by name', `${url}/?provider=example+person&setting=school-commissioned`],
    ['What was posted, and corrected', `${url}/v1/providers/ukprn:10000002/history`],
    ['What to post for a new academy', `${url}/v1/providers/urn:100004/succession`],
    ['All that can be asked and posted', `${url}/docs`],
    ['The key to post with', key],
    ['A register of your own', 'npm start'],
    ['Stop (nothing is kept)', 'Ctrl-C'],
  ] as const)
    say(`${`${what}:`.padEnd(36)}${where}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
