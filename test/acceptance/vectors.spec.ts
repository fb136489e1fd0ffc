/// <reference types="jest" />
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegisterProcess } from './process';

interface Run {
  readonly from: string;
  readonly until: string;
}
interface Case {
  readonly name: string;
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly subject: string;
    readonly data: object;
  }[];
  readonly questions: readonly {
    readonly ask: {
      readonly provider: string;
      readonly setting: string;
      readonly from: string;
      readonly until: string;
      readonly advisers?: readonly string[];
      readonly knownAt?: string;
    };
    readonly expect: {
      readonly outcome: string;
      readonly eligibleUntil: string | null;
      readonly covered: readonly Run[];
      readonly gaps: readonly (Run & {
        readonly requirement: string;
        readonly reason: string;
        readonly evidence: readonly string[];
      })[];
      readonly uncertain: readonly (Run & { readonly requirement: string })[];
    };
  }[];
}

const FOLDER = join(__dirname, '..', 'vectors');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** All cases stand in one register beside each other; they share no keys. */
describe('the worked histories', () => {
  let register: RegisterProcess;

  beforeAll(async () => {
    register = await RegisterProcess.start();
    await register.post({
      source: '/tests',
      id: 'today',
      type: 'DayOpened',
      subject: 'calendar:england',
      data: { date: '2026-09-01' },
    });
  });
  afterAll(() => register.stop());

  let number = 0;
  describe.each(FILES)('%s', (file) => {
    const cases = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Case[];
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, { events, questions }) => {
      const source = `case-${++number}`;
      const positions = new Map<string, string>();
      for (const event of events) {
        const reply = await register.post({ source, ...event });
        expect({ id: event.id, status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
        positions.set(event.id, (reply.json as { position: string }).position);
      }
      const position = (id: string) => positions.get(id) ?? `no event ${id}`;
      for (const { ask, expect: expected } of questions) {
        const query = new URLSearchParams({ setting: ask.setting, from: ask.from, until: ask.until });
        for (const adviser of ask.advisers ?? []) query.append('adviser', adviser);
        if (ask.knownAt !== undefined) query.set('knownAt', position(ask.knownAt));
        const reply = await register.ask(`/v1/providers/${ask.provider}/eligibility?${query.toString()}`);
        const { outcome, eligibleUntil, covered, gaps, uncertain } =
          reply.json as (typeof questions)[number]['expect'];
        expect({
          outcome,
          eligibleUntil,
          covered,
          gaps: gaps.map((gap) => ({ ...gap, evidence: gap.evidence.toSorted() })),
          uncertain: uncertain.map(({ from, until, requirement }) => ({ from, until, requirement })),
        }).toEqual({
          ...expected,
          gaps: expected.gaps.map((gap) => ({ ...gap, evidence: gap.evidence.map(position).sort() })),
        });
      }
    });
  });
});
