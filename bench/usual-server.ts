import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { Pool } from 'pg';

/**
 * The usual answer, a server of its own: Fastify, and rows of PostgreSQL that say what is so now. It knows no
 * yesterday, no dispute and no evidence; what it is asked, it answers as well as such a server can: one prepared
 * statement, by index, with the sets of days made by the database.
 */
const [folder = '', connections = ''] = process.argv.slice(2);
const pool = new Pool({ host: folder, user: 'bench', database: 'postgres', max: Number(connections) });

/** What a setting asks for. */
const SETTINGS: Readonly<Record<string, { readonly standard: string; readonly qualifications: string[] }>> = {
  'school-commissioned': {
    standard: 'matrix',
    qualifications: ['l6-dcgd', 'qcg', 'qcd', 'dipcg', 'l6-cdp', 'l7-pgdip-cg'],
  },
};

const ELIGIBILITY = `
  SELECT p.name,
         accredited.days * qualified.days * p.open,
         asked.days - p.open, asked.days - accredited.days, asked.days - qualified.days
    FROM provider p
   CROSS JOIN LATERAL (SELECT datemultirange(daterange($2::date, $3::date, '[]')) AS days) asked
   CROSS JOIN LATERAL (
         SELECT coalesce(range_agg(a.days), '{}') AS days
           FROM accreditation a
          WHERE a.provider = p.key AND a.standard = $4) accredited
   CROSS JOIN LATERAL (
         SELECT coalesce(range_agg(e.days * q.days), '{}') AS days
           FROM engagement e
           JOIN qualification q ON q.adviser = e.adviser
          WHERE e.provider = p.key AND q.code = ANY($5::text[])) qualified
   WHERE p.key = $1`;
const REQUIREMENTS = ['provider-open', 'matrix-accredited', 'adviser-qualified'];

interface Run {
  readonly from: string;
  readonly until: string;
}

const DAY = 86_400_000;
const dayBefore = (day: string) => new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);

/** The runs of a multirange as the database writes it, its upper ends left out of them. */
function runsOf(days: string): Run[] {
  return [...days.matchAll(/\[([^,]*),([^)]*)\)/g)].map(([, from = '', end = '']) => ({
    from,
    until: end === '' ? '9999-12-31' : dayBefore(end),
  }));
}

/** Compiled once into a check of the query and a writer of the answer. */
const day = { type: 'string', format: 'date' } as const;
const run = { from: { type: 'string' }, until: { type: 'string' } } as const;
const schema = {
  querystring: {
    type: 'object',
    required: ['setting', 'from', 'until'],
    additionalProperties: false,
    properties: { setting: { type: 'string', enum: Object.keys(SETTINGS) }, from: day, until: day },
  },
  response: {
    200: {
      type: 'object',
      properties: {
        provider: {
          type: 'object',
          properties: { key: { type: 'string' }, name: { type: 'string', nullable: true } },
        },
        setting: { type: 'string' },
        ...run,
        outcome: { type: 'string' },
        eligibleUntil: { type: 'string', nullable: true },
        covered: { type: 'array', items: { type: 'object', properties: run } },
        gaps: {
          type: 'array',
          items: { type: 'object', properties: { ...run, requirement: { type: 'string' } } },
        },
      },
    },
  },
};

interface Question {
  readonly Params: { readonly key: string };
  readonly Querystring: { readonly setting: string; readonly from: string; readonly until: string };
}

const server = fastify();
server.get<Question>('/providers/:key/eligibility', { schema }, async ({ params, query }, reply) => {
  const { key } = params;
  const { setting, from, until } = query;
  const asked = SETTINGS[setting];
  const { rows } = await pool.query<[string | null, string, string, string, string]>({
    name: 'eligibility',
    text: ELIGIBILITY,
    values: [key, from, until, asked?.standard, asked?.qualifications],
    rowMode: 'array',
  });
  const [row] = rows;
  if (!row) return reply.status(404).send({ status: 404, title: 'Unknown provider' });
  const [name, days, ...failing] = row;
  const eligible = runsOf(days);
  const gaps = failing
    .flatMap((missing, i) => runsOf(missing).map((gap) => ({ ...gap, requirement: REQUIREMENTS[i] })))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return {
    provider: { key, name },
    setting,
    from,
    until,
    outcome: gaps.length === 0 ? 'eligible' : 'not-eligible',
    eligibleUntil: eligible.find((one) => one.from <= from && from <= one.until)?.until ?? null,
    covered: eligible.flatMap((one) =>
      one.until < from || one.from > until
        ? []
        : [{ from: one.from < from ? from : one.from, until: one.until > until ? until : one.until }],
    ),
    gaps,
  };
});

const posting = {
  body: {
    type: 'object',
    required: ['source', 'id', 'type', 'subject', 'data'],
    properties: {
      source: { type: 'string', maxLength: 256 },
      id: { type: 'string', maxLength: 256 },
      type: { type: 'string', pattern: '^[A-Z][A-Za-z]{2,63}$' },
      subject: { type: 'string', pattern: '^[a-z]+:[A-Za-z0-9-]{1,64}$' },
      data: { type: 'object' },
    },
  },
  response: { 201: { type: 'object', properties: { position: { type: 'string' } } } },
} as const;

interface Posting {
  readonly Body: Readonly<Record<'source' | 'id' | 'type' | 'subject', string>> & { readonly data: object };
}

server.post<Posting>('/events', { schema: posting }, async ({ body }, reply) => {
  const { source, id, type, subject, data } = body;
  const { rows } = await pool.query<[string]>({
    name: 'record',
    text: 'SELECT record($1, $2, $3, $4, $5)',
    values: [source, id, type, subject, data],
    rowMode: 'array',
  });
  return reply.status(201).send({ position: rows[0]?.[0] });
});

server.listen({ port: 0, host: '127.0.0.1' }, (error) => {
  if (error) throw error;
  process.send?.((server.server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
