/// <reference types="jest" />
import { history, questions } from '../oracle/histories';
import { Oracle, type Posting, type Question, type StoredEvent } from '../oracle/oracle';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';

const SEEDS = Number(process.env['HTTP_SEEDS'] ?? 4);
const FIRST_SEED = Number(process.env['HTTP_FIRST_SEED'] ?? 9001);
const QUESTIONS = 15;
const REGISTRAR = 'body:registrar';

function headers(key: string, type: string) {
  return { authorization: `Bearer ${key}`, 'content-type': type };
}

/** Whoever posts has a key of its own, issued as soon as the registrar has recognised the body. */
class Keys {
  readonly #keys = new Map([[REGISTRAR, REGISTRAR_KEY]]);

  constructor(
    private readonly register: RegisterProcess,
    private readonly oracle: Oracle,
  ) {}

  async of(body: string): Promise<string | undefined> {
    const key = this.#keys.get(body);
    if (key !== undefined) return key;
    const reply = await this.register.ask(`/v1/bodies/${body.slice('body:'.length)}/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}` },
    });
    if (reply.status === 404) return undefined;
    const { secret } = reply.json as { secret: string };
    this.#keys.set(body, secret);
    const [issued] = await logAfter(this.register, this.oracle.head());
    if (issued) this.oracle.post(issued);
    return secret;
  }
}

async function logAfter(register: RegisterProcess, position: number): Promise<StoredEvent[]> {
  const { text } = await register.ask(`/v1/log?after=${position}&limit=10000`);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StoredEvent);
}

function ask(
  register: RegisterProcess,
  { provider, advisers = [], knownAt, policy, ...days }: Question,
): Promise<Reply> {
  const query = new URLSearchParams(days);
  for (const adviser of advisers) query.append('adviser', adviser);
  if (knownAt !== undefined) query.set('knownAt', String(knownAt));
  if (policy !== undefined) query.set('policy', policy);
  return register.ask(`/v1/providers/${provider}/eligibility?${query.toString()}`);
}

/** The same posting by the oracle’s word and by the register’s; both go on from what both hold. */
async function agree(
  register: RegisterProcess,
  oracle: Oracle,
  keys: Keys,
  { body, ...event }: Posting,
  about: string,
) {
  const key = await keys.of(body);
  if (key === undefined) return;
  const rehearsal = await register.ask('/v1/events?dryRun=true', {
    method: 'POST',
    headers: headers(key, 'application/cloudevents+json'),
    body: JSON.stringify({ specversion: '1.0', ...event }),
  });
  const reply = await register.post(event, { key });
  const {
    position,
    code,
    warnings = [],
  } = reply.json as { position?: string; code?: string; warnings?: { code: string }[] };
  const dry = rehearsal.json as { position?: string | null; code?: string };
  expect({ about, code: dry.code }).toEqual({ about, code });
  // The oracle knows no shapes, and would take a correction whose data are those of another type.
  if (event.type === 'EventCorrected' && code === 'invalid-event') return;
  const told = oracle.post({ body, ...event });
  if (told.kind === 'refused') {
    expect({ about, status: reply.status, known: told.codes.has(code ?? '') }).toEqual({
      about,
      status: told.status,
      known: true,
    });
    return;
  }
  expect({ about, status: reply.status, position }).toEqual({
    about,
    status: told.kind === 'accepted' ? 201 : 200,
    position: String(told.position),
  });
  expect({ about, dry: dry.position }).toEqual({ about, dry: told.kind === 'accepted' ? null : position });
  if (told.kind === 'duplicate')
    expect(warnings.some((one) => one.code === 'retracted')).toBe(told.retracted);
}

describe('over HTTP the register agrees with the oracle', () => {
  test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
    'on the history of seed %i',
    async (seed) => {
      const register = await RegisterProcess.start();
      const oracle = new Oracle();
      try {
        for (const own of await logAfter(register, -1)) oracle.post(own);
        const keys = new Keys(register, oracle);
        const postings = history(seed).filter(({ id }) => id !== 'policy-cmqa-2017-1');
        for (const [i, posting] of postings.entries()) {
          await agree(
            register,
            oracle,
            keys,
            posting,
            `posting ${i} of seed ${seed}: ${JSON.stringify(posting)}`,
          );
        }
        const stored = await logAfter(register, -1);
        expect(stored).toEqual(oracle.events().map((event) => expect.objectContaining(event) as unknown));
        for (const question of questions(seed, QUESTIONS, postings, oracle.head())) {
          const reply = await ask(register, question);
          const told = oracle.ask(question);
          const about = `seed ${seed}: ${JSON.stringify(question)}`;
          if ('status' in told) {
            const { code = '' } = reply.json as { code?: string };
            expect({ about, known: told.codes.has(code) }).toEqual({ about, known: true });
          } else {
            const { knownAt, evaluator, ...answer } = reply.json as Record<string, unknown>;
            expect({ about, ...answer }).toEqual({ about, ...told });
            expect({ knownAt, evaluator }).toMatchObject({
              evaluator: '1',
              knownAt: { position: String(question.knownAt ?? oracle.head()) },
            });
          }
        }
      } finally {
        await register.stop();
      }
    },
    60_000,
  );
});
