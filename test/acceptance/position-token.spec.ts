/// <reference types="jest" />
import { RegisterProcess, REGISTRAR_KEY } from './process';
import { endSound, expectRefusal } from './refusal';

/** How a client carries how far it knows the log, so that no process answers it by less (specification, section 7). */

const ADVISER = 'adviser:t0ken0f9';
const BEYOND = '1000000';

const adviser = (id: string, subject = ADVISER) => ({
  id,
  source: 'https://tokens.example/feed',
  type: 'AdviserRegistered',
  subject,
  data: {},
});

describe('the position of a posting', () => {
  let register: RegisterProcess;
  beforeAll(async () => {
    register = await RegisterProcess.start();
  });
  afterAll(() => endSound(register));

  const asked = (headers: Record<string, string>, path = `/v1/advisers/${ADVISER}`) =>
    register.ask(path, { headers });
  const positionOf = (reply: { readonly headers: Headers }) => reply.headers.get('register-position');

  test('stands in a header of the answer: of one, of a batch the last, of a repetition the first time’s', async () => {
    const one = await register.post(adviser('one'));
    const { position } = one.json as { readonly position: string };
    expect(positionOf(one)).toBe(position);
    expect(positionOf(await register.post(adviser('one')))).toBe(position);
    const batch = [adviser('two', 'adviser:t0ken0f2'), adviser('one'), adviser('three', 'adviser:t0ken0f3')];
    expect(positionOf(await register.postLines(batch))).toBe(String(Number(position) + 2));
    const { headers } = await register.ask('/v1/bodies/registrar/keys', {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}` },
    });
    expect(headers.get('register-position')).toBe(String(Number(position) + 3));
  });

  test('is not said where nothing was written', async () => {
    expect(positionOf(await register.post(adviser('four'), { query: '?dryRun=true' }))).toBeNull();
    expect(positionOf(await register.post({ ...adviser('five'), subject: 'nobody' }))).toBeNull();
    expect(positionOf(await asked({}))).toBeNull();
  });

  test('that is in the log is answered; one beyond it is refused, of a cookie it is passed over', async () => {
    expect((await asked({ 'register-position': '0' })).status).toBe(200);
    expectRefusal(await asked({ 'register-position': BEYOND }), { status: 503, code: 'not-caught-up' });
    expectRefusal(await asked({ 'register-position': BEYOND }, '/v1/eligibility'), {
      status: 503,
      code: 'not-caught-up',
    });
    expect((await asked({ cookie: `a=b; register-position=${BEYOND}` })).status).toBe(200);
    expect((await asked({ cookie: 'register-position=0' }, '/')).status).toBe(200);
  });

  test.each(['', '-1', '01', '4.5', 'x', '4182-1a2b3c4d', '1, 2'])(
    '%j is none, and is refused with what one looks like',
    async (token) => {
      const reply = await asked({ 'register-position': token });
      expectRefusal(reply, { status: 400, code: 'invalid-question' });
      expect(reply.text).toContain('such as 4182');
    },
  );

  test('keeps no one from asking how the register is', async () => {
    expect((await asked({ 'register-position': BEYOND }, '/health/ready')).status).toBe(200);
  });
});
