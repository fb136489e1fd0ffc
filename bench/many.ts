import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Dice } from '@app/synthetic/prng';
import { median, rate, report, whole } from './measure';
import { startRegister } from './register-process';
import { residentWhile } from './resident';
import { worldOf } from './world';

const EVENTS = 200_000;
const QUESTIONS = 500_000;
const ROUNDS = 5;
/** In the longest request. */
const MANY = 2_000_000;
const WINDOW = { setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20' };

/** Many brief questions in one request, NDJSON in and out, and how the memory of the register grows meanwhile. */
export async function many(): Promise<void> {
  const { file, providers } = await worldOf(EVENTS);
  const register = await startRegister(`sqlite:${file}`);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rates.push(await rate(QUESTIONS, () => askMany(register.port, providers, QUESTIONS)));

  const resident = await residentWhile(register, () => askMany(register.port, providers, MANY));
  await register.stop();

  const quarter = resident.length >> 2;
  const growth = median(resident.slice(-quarter)) / median(resident.slice(0, quarter));
  report(
    'brief answers a second over HTTP, many in one request',
    whole(median(rates)),
    'at least 100,000',
    median(rates) >= 100_000,
  );
  report(
    `memory over the last quarter of ${whole(MANY)} questions, × the first`,
    growth.toFixed(2),
    'at most 1.1',
    growth <= 1.1,
  );
}

/** Asks so many brief questions in one request, and reads what is answered as it comes. */
async function askMany(port: number, providers: readonly string[], count: number): Promise<void> {
  const request = ask({
    port,
    host: '127.0.0.1',
    path: '/v1/eligibility?brief=true',
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  });
  Readable.from(questions(providers, count), { objectMode: false }).pipe(request);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let answered = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) answered++;
  }
  if (answered !== count) throw new Error(`${answered} of ${count} questions were answered`);
}

const CHUNK = 500;

function* questions(providers: readonly string[], count: number): Generator<string> {
  const dice = new Dice(13, 'questions', 0);
  const lines = providers.map((provider) => `${JSON.stringify({ provider, ...WINDOW })}\n`);
  for (let i = 0; i < count; i += CHUNK) {
    let text = '';
    for (let j = 0; j < CHUNK; j++) text += dice.one(lines);
    yield text;
  }
}
