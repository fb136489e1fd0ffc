import 'reflect-metadata';
import type { Answer } from '@app/domain/eligibility';
import { serve } from './server';

/**
 * A small invented history, written and asked about over HTTP as anybody would. Nobody in it exists: the provider, the
 * school’s advisers and the body are plainly made up.
 */
const REGISTRAR = 'the-key-of-the-demonstration';
const PROVIDER = 'ukprn:10000001';
const ADVISER = 'adviser:example0001';

const HISTORY = [
  {
    says: 'A body is recognised that accredits organisations to the matrix Standard.',
    type: 'BodyRecognised',
    subject: 'body:matrix',
    data: { name: 'Example Assessors', mayPost: [{ types: '*', standards: ['matrix'] }], from: '2017-01-01' },
  },
  {
    says: 'Example Guidance registers.',
    type: 'ProviderRegistered',
    subject: PROVIDER,
    data: { name: 'Example Guidance', legalForm: 'company' },
  },
  {
    says: 'It is accredited for three years, from 15 March 2024 to 14 March 2027.',
    type: 'AccreditationAwarded',
    subject: PROVIDER,
    data: {
      standard: 'matrix',
      reference: 'M-1042',
      from: '2024-03-15',
      until: '2027-03-14',
      kind: 'initial',
    },
  },
  { says: 'An adviser registers,', type: 'AdviserRegistered', subject: ADVISER, data: {} },
  {
    says: 'holds the Level 6 diploma since July 2019,',
    type: 'QualificationAwarded',
    subject: ADVISER,
    data: { qualification: 'l6-dcgd', awardedOn: '2019-07-01', certificate: 'C-77' },
  },
  {
    says: 'and works for Example Guidance since September 2024.',
    type: 'EngagementStarted',
    subject: ADVISER,
    data: { provider: PROVIDER, from: '2024-09-01', basis: 'employed' },
  },
];

const SUSPENSION = {
  says: 'Later the body suspends the accreditation, from 1 November 2026 on.',
  type: 'AccreditationSuspended',
  subject: PROVIDER,
  data: {
    standard: 'matrix',
    reference: 'M-1042',
    from: '2026-11-01',
    reason: 'review-overdue',
    onAppeal: 'stands',
  },
};

async function main(): Promise<void> {
  const { app, started } = await serve(
    {
      host: '127.0.0.1',
      port: 0,
      store: { kind: 'memory' },
      registrarKey: REGISTRAR,
      policy: 'cmqa-2017',
      calendar: 'manual',
      logLevel: 'info',
    },
    { clock: Date.now, logger: false, showSecret: () => undefined },
  );
  await started;
  const url = await app.getUrl();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  let posted = 0;

  const post = async ({
    says,
    ...event
  }: {
    readonly says: string;
    readonly type: string;
    readonly subject: string;
    readonly data: object;
  }) => {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ specversion: '1.0', source: '/demonstration', id: String(++posted), ...event }),
    });
    const { position } = (await response.json()) as { position?: string };
    if (position === undefined) throw new Error(`The demonstration was refused ${event.type}`);
    say(`  ${position.padStart(2)}  ${says}`);
    return position;
  };

  const ask = async (words: string, query: string) => {
    const response = await fetch(
      `${url}/v1/providers/${PROVIDER}/eligibility?setting=school-commissioned&${query}`,
    );
    say(`\n${words}`);
    for (const line of inWords((await response.json()) as Answer)) say(`  ${line}`);
  };

  say('A small invented history, posted to a register that lives as long as this demonstration:\n');
  await post({
    says: 'The register opens its day, 1 September 2026.',
    type: 'DayOpened',
    subject: 'calendar:england',
    data: { date: '2026-09-01' },
  });
  let before = '';
  for (const event of HISTORY) before = await post(event);

  const schoolYear = 'from=2026-09-01&until=2027-07-20';
  await ask(
    '1. May Example Guidance be commissioned by a school in the autumn of 2026?',
    'from=2026-09-01&until=2026-12-18',
  );
  await ask('2. And for the whole school year?', schoolYear);
  say('');
  await post(SUSPENSION);
  await ask('3. For the whole school year, as is known now?', schoolYear);
  await ask(
    `   And as was known before, at position ${before}? The answer of then stands for ever.`,
    `${schoolYear}&knownAt=${before}`,
  );
  say('\nStart a register of your own with: npm start');
  await app.close();
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  'accreditation-expired': 'its accreditation has ended by then',
  'accreditation-suspended': 'its accreditation is suspended then',
};

function inWords({ outcome, covered, gaps, policy, knownAt }: Answer): string[] {
  const edition = policy.editions.map(({ edition }) => edition).join(', ');
  return [
    outcome === 'eligible' ? 'Yes, on every day.' : 'Not on every day.',
    ...covered.map(({ from, until }) => `Yes from ${from} to ${until}.`),
    ...gaps.map(
      ({ from, until, reason, requirement, evidence }) =>
        `No from ${from} to ${until}: ${REASONS[reason] ?? reason} (requirement ${requirement}, event ${evidence.join(', ')}).`,
    ),
    `By policy ${policy.id}, edition ${edition}, as known at position ${knownAt.position}.`,
  ];
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
