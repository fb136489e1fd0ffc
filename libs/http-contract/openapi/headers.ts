import { CSV, JOSE } from '../media-types';
import { AsKnown } from '../request/shared-questions';
import type { Route } from './document';
import type { Schema } from './schemas';

interface Header {
  readonly name: string;
  readonly description: string;
  /** Whether it is always present; otherwise its description says when it is absent. */
  readonly required: boolean;
  readonly schema: Schema;
}

const ADDRESS: Schema = { type: 'string', format: 'uri-reference' };
const REQUEST_ID: Schema = { type: 'string', pattern: '^[A-Za-z0-9_.:-]{1,64}$' };
const POSITION: Schema = { type: 'string', pattern: '^(?:0|[1-9][0-9]{0,19})$' };
const COUNT: Schema = { type: 'integer', minimum: 0 };

/** The headers of every answer to a counted request. */
const COUNTED = {
  RateLimit: {
    name: 'RateLimit-Limit',
    description:
      'How many requests a minute are answered to the key that is brought or, where it is none in force, to the address that asks',
    required: true,
    schema: COUNT,
  },
  RateLimitRemaining: {
    name: 'RateLimit-Remaining',
    description: 'How many of them are left. Where it is none, the next is refused with `slow-down`',
    required: true,
    schema: COUNT,
  },
  RateLimitReset: {
    name: 'RateLimit-Reset',
    description: 'After how many seconds it is counted anew',
    required: true,
    schema: COUNT,
  },
} as const satisfies Readonly<Record<string, Header>>;

/** Every header of an answer that a client can rely on, by its name in the document. */
const HEADERS = {
  RequestId: {
    name: 'X-Request-Id',
    description:
      'What this request is called in the operator’s log: as you called it, or by an id made for it',
    required: true,
    schema: REQUEST_ID,
  },
  CacheControl: {
    name: 'Cache-Control',
    description:
      '`no-cache`: keep it, and ask again each time, with `If-None-Match`. `immutable`: keep it, for it never changes. `no-store`: keep nothing of it',
    required: true,
    schema: { type: 'string' },
  },
  ETag: {
    name: 'ETag',
    description:
      'The tag of these bytes: give it back in `If-None-Match`. It is another one where the log says something else at that position, after a restore too. Absent where nothing is to be kept, because who a person is is shown',
    required: false,
    schema: { type: 'string', pattern: '^(?:W/)?"[^"]+"$' },
  },
  ContentLocation: {
    name: 'Content-Location',
    description:
      'The address of this very answer, as known at a position of this log: it never gives another, and is refused with `other-log` where the register was restored from a backup to before it. Absent where it is the one that was asked, before the first event, and where who a person is is shown, which may be erased',
    required: false,
    schema: ADDRESS,
  },
  Vary: {
    name: 'Vary',
    description:
      'What of the request decided the form of the answer: `Accept` is among it, so that a cache keeps the forms apart',
    required: true,
    schema: { type: 'string' },
  },
  FileName: {
    name: 'Content-Disposition',
    description:
      'That it is a file, and what to call it: of a receipt, `receipt-` and the position as known at which it answers. Absent of an answer in JSON',
    required: false,
    schema: { type: 'string', pattern: '^attachment; filename="[^"]+"$' },
  },
  Link: {
    name: 'Link',
    description:
      'The address of the next page, as `<address>; rel="next"` (RFC 8288), relative to this one. Absent on the last page, in the log at its head',
    required: false,
    schema: { type: 'string', pattern: '^<[^>]+>; rel="next"$' },
  },
  Location: {
    name: 'Location',
    description: 'The address of what was made',
    required: true,
    schema: ADDRESS,
  },
  LocationOfOne: {
    name: 'Location',
    description: 'The address of the one that stood already. Absent of a batch, and of what does not stand',
    required: false,
    schema: ADDRESS,
  },
  Body: {
    name: 'Register-Body',
    description: 'Whose key was brought: `body:` and a slug',
    required: true,
    schema: { type: 'string', pattern: '^body:[a-z0-9][a-z0-9-]{0,63}$' },
  },
  Position: {
    name: 'Register-Position',
    description:
      'The position of what was posted, of several of the last. Send it with what you ask next, as `Register-Position`: whichever process answers has read so far. Absent if nothing was written, and of an answer in lines, each of which says its position',
    required: false,
    schema: POSITION,
  },
  UnknownColumns: {
    name: 'Register-Unknown-Columns',
    description:
      'The columns of a table from which nothing is taken, percent-encoded (RFC 3986), with a comma and a space between; of very many the first. Absent where there are none, and of what is no table',
    required: false,
    schema: { type: 'string' },
  },
  Authenticate: {
    name: 'WWW-Authenticate',
    description: 'How to send a key (RFC 6750)',
    required: true,
    schema: { type: 'string' },
  },
  RetryAfter: {
    name: 'Retry-After',
    description: 'After how many seconds to ask again',
    required: true,
    schema: COUNT,
  },
  RetryAfterIfTooMuch: {
    name: 'Retry-After',
    description: 'After how many seconds to ask again. With 429 and 503 alone',
    required: false,
    schema: COUNT,
  },
  ...COUNTED,
  RateLimitIfCounted: { ...COUNTED.RateLimit, required: false },
  RateLimitRemainingIfCounted: { ...COUNTED.RateLimitRemaining, required: false },
  RateLimitResetIfCounted: { ...COUNTED.RateLimitReset, required: false },
  Allow: {
    name: 'Allow',
    description: 'The methods that the address answers. With 405 alone, and in the answer to `OPTIONS`',
    required: false,
    schema: { type: 'string' },
  },
} as const satisfies Readonly<Record<string, Header>>;

/** Headers of a request that several operations take. */
const TAKEN = {
  Position: {
    name: 'Register-Position',
    description:
      'How far you know the log, as an answer to a posting said it: nothing is answered by less. As `atLeast`, of which the greater counts; without it a process may answer that has not read your posting yet',
    schema: POSITION,
  },
  RequestId: {
    name: 'X-Request-Id',
    description: 'What you call this request. It is given back, and stands in the operator’s log',
    schema: REQUEST_ID,
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    description:
      'The `ETag` of the answer that you have, or several: where it is still the same it is not sent again',
    schema: { type: 'string' },
  },
} as const;

/** The status of an answer without a body, because the asker has it already. */
export const UNCHANGED = 304;

/**
 * Whether a successful answer may be kept under a tag: public answers may, except those about the present
 * state of the register.
 */
export function isTagged({ method, keyed, forOperators }: Route): boolean {
  return method === 'GET' && !keyed && !forOperators;
}

/**
 * Whether it answers as known at a moment: then an answer at the head also has an address at which it stays.
 */
function isAsKnown({ queryQuestion }: Route): boolean {
  return queryQuestion === AsKnown || queryQuestion?.prototype instanceof AsKnown;
}

/**
 * The headers of a route’s answer with a status; `makes`: some answer of the route is a 201. `parameters`:
 * those of its query; `forms`: the media types of what it gives.
 */
export function headersOf(
  route: Route,
  {
    makes,
    parameters,
    forms,
  }: { readonly makes: boolean; readonly parameters: readonly string[]; readonly forms: readonly string[] },
  status: number,
): Schema {
  const names: (keyof typeof HEADERS)[] = ['RequestId', 'CacheControl'];
  if (isTagged(route) && (status === 200 || status === UNCHANGED)) {
    names.push('ETag');
    if (isAsKnown(route)) names.push('ContentLocation');
  }
  if (route.method === 'GET' && forms.some((form) => form === JOSE || form === CSV)) {
    names.push('FileName');
    if (forms.length > 1) names.push('Vary');
  }
  if (route.limited) names.push('RateLimit', 'RateLimitRemaining', 'RateLimitReset');
  if (route.method === 'GET' && (status === 200 || status === UNCHANGED) && parameters.includes('limit'))
    names.push('Link');
  if (route.keyed && status < 300) names.push('Body');
  if (route.keyed && route.method !== 'GET' && status < 300) names.push('Position');
  if (status === 201) names.push('Location');
  if (status === 200 && makes) names.push('LocationOfOne');
  if (status === 200 && parameters.includes('map')) names.push('UnknownColumns');
  if (status === 401) names.push('Authenticate');
  if (status === 429 || status === 503) names.push('RetryAfter');
  return referring(names);
}

/** The headers of any other answer. */
export function otherHeaders(): Schema {
  return referring([
    'RequestId',
    'CacheControl',
    'Allow',
    'RetryAfterIfTooMuch',
    'RateLimitIfCounted',
    'RateLimitRemainingIfCounted',
    'RateLimitResetIfCounted',
  ]);
}

function referring(names: readonly (keyof typeof HEADERS)[]): Schema {
  return Object.fromEntries(
    names.map((name) => [HEADERS[name].name, { $ref: `#/components/headers/${name}` }]),
  );
}

/** The headers that a route takes, besides its own. */
export function headersTaken(route: Route): readonly Schema[] {
  const names: (keyof typeof TAKEN)[] = [
    ...(isTagged(route) ? (['IfNoneMatch'] as const) : []),
    ...(route.forOperators ? [] : (['Position'] as const)),
    'RequestId',
  ];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

/** What the references point to. */
export function componentHeaders(): { readonly headers: Schema; readonly parameters: Schema } {
  return {
    headers: Object.fromEntries(
      Object.entries(HEADERS).map(([key, { name: _, ...header }]) => [key, header]),
    ),
    parameters: Object.fromEntries(
      Object.entries(TAKEN).map(([key, header]) => [key, { ...header, in: 'header', required: false }]),
    ),
  };
}
