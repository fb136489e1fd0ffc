/// <reference types="jest" />
import { REGISTRAR_KEY, type RegisterProcess, type Reply } from './process';

/** What a refusal must say. */
export interface Expected {
  readonly status: number;
  readonly code: string;
  /** JSON Pointers of the broken fields, all of them, in any order; not looked at where absent. */
  readonly pointers?: readonly string[] | undefined;
}

const MEMBERS = ['type', 'title', 'status', 'detail', 'code'];

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

/** Checks that a value is problem details with every member that the contract names, and nothing else. */
export function expectProblem(value: unknown, { status, code, pointers }: Expected): void {
  const problem = value as Problem;
  expect({ status: problem.status, code: problem.code, detail: problem.detail }).toMatchObject({
    status,
    code,
  });
  const { errors = [] } = problem;
  expect(Object.keys(problem)).toEqual(errors.length > 0 ? [...MEMBERS, 'errors'] : MEMBERS);
  expect(problem.type).toBe(`/problems/${code}`);
  expect(problem.title).toMatch(/^[A-Z][a-z ]+$/);
  expect(problem.detail).toMatch(/\S/);
  for (const error of errors) {
    expect(error).toEqual({
      pointer: expect.any(String) as unknown,
      code,
      detail: expect.stringMatching(/\S/) as unknown,
    });
  }
  if (pointers) expect(errors.map(({ pointer }) => pointer).sort()).toEqual(pointers.toSorted());
}

/** Checks that a reply is a refusal as the contract writes it. */
export function expectRefusal(reply: Reply, expected: Expected): void {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: expected.status });
  expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expectProblem(reply.json, expected);
}

const heads = new WeakMap<RegisterProcess, number>();

/** Position of the last event of the log; −1 of an empty one. Read from the log itself, from where it ended last. */
export async function headOf(register: RegisterProcess): Promise<number> {
  let head = heads.get(register) ?? -1;
  for (let found = -1; found !== 0; head += found) {
    const { text } = await register.ask(`/v1/log?after=${head}&limit=10000`);
    found = text.split('\n').length - 1;
  }
  heads.set(register, head);
  return head;
}

/** Checks that what is sent is refused in these words, and that the log is left as it was. */
export async function expectRefused(
  register: RegisterProcess,
  send: () => Promise<Reply>,
  expected: Expected,
): Promise<void> {
  const before = await headOf(register);
  expectRefusal(await send(), expected);
  expect(await headOf(register)).toBe(before);
}

/** An event as a test writes it: its id, where it has none, is one that was never used. */
export interface Written {
  readonly type: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly source?: string;
  readonly id?: string;
}

let ids = 0;

/** The event under a source and an id. */
export function submission(event: Written): Written & { readonly source: string; readonly id: string } {
  return { source: '/tests', id: `event-${++ids}`, ...event };
}

/** Posts an event that is to be accepted, and resolves to its position. */
export async function accepted(register: RegisterProcess, event: Written, key?: string): Promise<string> {
  const reply = await register.post(submission(event), key === undefined ? {} : { key });
  expect({ event, status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return (reply.json as { position: string }).position;
}

/** Opens the register’s first day, as the registrar. */
export async function openDay(register: RegisterProcess, date: string): Promise<string> {
  return accepted(register, { type: 'DayOpened', subject: 'calendar:england', data: { date } });
}

/** Issues a key of a body’s, and resolves to its secret. */
export async function keyOf(register: RegisterProcess, slug: string, until?: string): Promise<string> {
  const reply = await register.ask(`/v1/bodies/${slug}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: `key-${++ids}`, ...(until === undefined ? {} : { until }) }),
  });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return (reply.json as { secret: string }).secret;
}

/** Ends a register, and checks that it lived up to then, answered, and never failed at anything. */
export async function endSound(register: RegisterProcess): Promise<void> {
  try {
    const ready = await register.ask('/health/ready');
    expect(ready.status).toBe(200);
    expect(register.output.filter((line) => /"level":(?:50|60)/.test(line))).toEqual([]);
  } finally {
    expect(await register.stop()).toBe(0);
  }
}
