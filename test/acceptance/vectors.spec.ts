/// <reference types="jest" />
import { asExpected, asFixed, casesOf, FILES, withPositions } from '../vectors/cases';
import { REGISTRAR_KEY, RegisterProcess } from './process';

/** All cases are in one register; they share no keys. */
describe('the worked histories', () => {
  let register: RegisterProcess;
  const keys = new Map([['body:registrar', REGISTRAR_KEY]]);

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

  /** The key with which a body posts, issued when it first does. */
  const keyOf = async (body: string): Promise<string> => {
    const known = keys.get(body);
    if (known !== undefined) return known;
    const issued = await register.ask(`/v1/bodies/${body.slice('body:'.length)}/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key: 'worked' }),
    });
    const { secret } = issued.json as { secret: string };
    keys.set(body, secret);
    return secret;
  };

  let number = 0;
  describe.each(FILES.filter((file) => casesOf(file).length > 0))('%s', (file) => {
    test.each(casesOf(file).map((one) => [one.name, one] as const))(
      '%s',
      async (_, { events, questions }) => {
        const source = `case-${++number}`;
        const positions = new Map<string, string>();
        const position = (id: string) => positions.get(id) ?? `no event ${id}`;
        for (const { body = 'body:registrar', refused, ...event } of events) {
          const key = await keyOf(body);
          const reply = await register.post(
            { source, ...event, data: withPositions(event.data, position) },
            { key },
          );
          const { code = null, position: at } = reply.json as { code?: string; position: string };
          expect({ id: event.id, refused: code, text: reply.text }).toMatchObject({
            refused: refused ?? null,
          });
          positions.set(event.id, at);
        }
        for (const { ask, expect: expected } of questions) {
          const query = new URLSearchParams({ setting: ask.setting, from: ask.from, until: ask.until });
          for (const adviser of ask.advisers ?? []) query.append('adviser', adviser);
          if (ask.knownAt !== undefined) query.set('knownAt', position(ask.knownAt));
          for (const policy of [ask.policy ?? []].flat()) query.append('policy', policy);
          if (ask.school !== undefined) query.set('school', ask.school);
          const reply = await register.ask(`/v1/providers/${ask.provider}/eligibility?${query.toString()}`);
          const told = reply.json as Parameters<typeof asFixed>[0];
          expect(asFixed(told, expected)).toEqual(asExpected(expected, position));
        }
      },
    );
  });
});
