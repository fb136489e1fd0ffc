import type { Refusal } from '@app/domain/values/problem';
import type { HistoryEvent, Attribution as Done, Retraction } from '@app/read-model/records/history';
import type { KnownAt } from '@app/read-model/records/records';
import { isDeepStrictEqual } from 'node:util';
import { Fragment } from 'preact';
import { addressOf } from '@app/http-contract/page-address';
import { kindOfKey } from '@app/http-contract/typed';
import { ToneMark } from '../layout/tone';
import {
  codeInWords,
  fieldInWords,
  fieldsInOrder,
  heldInWords,
  standingInWords,
  firstDayIn,
  textInWords,
  titleOf,
} from '@app/phrases/event-words';
import { Page } from '../layout/page';
import { capitalised, dayInWords, instantInWords, visible } from '@app/phrases/words';

interface Told {
  readonly event: HistoryEvent;
  /** By key, the names of providers and bodies; the others are shown by key. */
  readonly names: ReadonlyMap<string, string>;
  /** The moment of knowledge that was asked for; undefined if none was. */
  readonly asked: string | undefined;
  /** The moment of the page, as a position of this log. */
  readonly pinned: string;
  /** Scheme and host of the page’s address; empty if they are not fit for print. */
  readonly origin: string;
}

/** The page of an event: what was posted, how it counts, and what was done to it by whom. */
export function EventPage({ knownAt, ...told }: Told & { readonly knownAt: KnownAt }) {
  const { event, names } = told;
  const standing = standingInWords(event);
  const title = titleOf(event.type);
  const name = visible(names.get(event.subject) ?? event.subject);
  return (
    <Page title={`${title}: ${name}, event ${event.position}`}>
      <h1>
        {title}: {name}
      </h1>
      <section class={`verdict ${standing.tone}`} aria-labelledby="standing">
        <ToneMark tone={standing.tone} />
        <h2 id="standing">{standing.headline}</h2>
        <p>{standing.rest}</p>
      </section>
      <Known event={event} knownAt={knownAt} asked={told.asked} />
      <Posting {...told} today={knownAt.today} />
      <Fields {...told} />
      <Fate {...told} />
      <Further {...told} knownAt={knownAt} />
    </Page>
  );
}

function Known({ event, knownAt, asked }: Pick<Told, 'event' | 'asked'> & { readonly knownAt: KnownAt }) {
  const { position, recordedAt } = knownAt;
  return (
    <p class="quiet">
      As recorded up to event {position}
      {recordedAt !== null && <>, on {instantInWords(recordedAt)}</>}.{' '}
      {asked !== undefined && (
        <a class="onscreen" href={`/events/${event.position}`}>
          See it as it is known now
        </a>
      )}
    </p>
  );
}

/** Who posted it and when, and for which days it holds. */
function Posting({ today, ...told }: Told & { readonly today: string | null }) {
  const { event } = told;
  const begins = firstDayIn(event.corrected?.data ?? event.data);
  const held = heldInWords(event.type, event.corrected?.data ?? event.data);
  return (
    <section aria-labelledby="posting">
      <h2 id="posting">What was posted</h2>
      <dl class="facts">
        <dt>About</dt>
        <dd>
          <Subject {...told} subject={event.subject} />
        </dd>
        {held !== undefined && (
          <>
            <dt>Days</dt>
            <dd>
              {capitalised(held)}
              {event.corrected && ', as corrected'}
              {today !== null && begins !== undefined && begins > today && '; that is still to come'}
            </dd>
          </>
        )}
        <dt>Recorded</dt>
        <dd>On {instantInWords(event.recordedAt)}</dd>
        <dt>Posted by</dt>
        <dd>
          <Body {...told} body={event.body} />
        </dd>
        <dt>Source and id</dt>
        <dd>
          <span class="address">{event.source}</span>
          <br />
          <span class="address">{event.id}</span>
        </dd>
      </dl>
    </section>
  );
}

/** Name and key of a subject, with a link to its record if it has one. */
function Subject({ subject, names, asked }: Told & { readonly subject: string }) {
  const name = names.get(subject);
  const path = recordOf(subject);
  return (
    <>
      {name !== undefined && <>{visible(name)}, </>}
      {path === undefined ? subject : <a href={addressOf(path, { knownAt: asked })}>{subject}</a>}
    </>
  );
}

/** The address of the record of a provider or an adviser; undefined for other subjects. */
function recordOf(key: string): string | undefined {
  const kind = kindOfKey(key);
  if (kind === 'adviser') return `/v1/advisers/${key}`;
  return kind === 'provider' ? `/v1/providers/${key}` : undefined;
}

function Body({ body, names }: Told & { readonly body: string }) {
  if (body === 'body:registrar') return <>the registrar</>;
  const name = names.get(body);
  return <>{name === undefined ? body : `${visible(name)} (${body})`}</>;
}

/** A link to an event’s page, by its position. */
function Event({ position, asked }: Pick<Told, 'asked'> & { readonly position: string }) {
  return <a href={addressOf(`/events/${position}`, { knownAt: asked })}>event {position}</a>;
}

/** The fields as they were posted and, if a correction counts, as they count now. */
function Fields(told: Told) {
  const { data, corrected } = told.event;
  const fields = fieldsInOrder([...new Set([...Object.keys(data), ...Object.keys(corrected?.data ?? {})])]);
  if (fields.length === 0) return null;
  return (
    <section aria-labelledby="fields">
      <h2 id="fields">{corrected ? 'As posted, and as corrected' : 'What it says'}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">As posted</th>
            {corrected && <th scope="col">As corrected</th>}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => {
            const isOther = corrected && !isDeepStrictEqual(data[field], corrected.data[field]);
            return (
              <tr>
                <th scope="row">{fieldInWords(field)}</th>
                <td>
                  <Value {...told} field={field} value={data[field]} />
                </td>
                {corrected && (
                  <td>
                    {isOther ? (
                      <strong>
                        <Value {...told} field={field} value={corrected.data[field]} /> (corrected)
                      </strong>
                    ) : (
                      <Value {...told} field={field} value={corrected.data[field]} />
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The content of a field, in words; a nested document as it is written. */
function Value({ field, value, ...told }: Told & { readonly field: string; readonly value: unknown }) {
  if (value === undefined) return <span class="quiet">not given</span>;
  if (typeof value === 'number') return <>{value}</>;
  if (typeof value === 'string') {
    if (field === 'event' || field === 'against') return <Event {...told} position={value} />;
    const isKey = kindOfKey(value) !== undefined;
    return isKey ? <Subject {...told} subject={value} /> : <>{textInWords(field, value)}</>;
  }
  if (isList(value)) {
    if (value.length === 0) return <span class="quiet">nothing</span>;
    return (
      <>
        {value.map((one, i) => (
          <Fragment>
            {i > 0 && ', '}
            <Value {...told} field={field} value={one} />
          </Fragment>
        ))}
      </>
    );
  }
  if (field === 'mayPost' && Array.isArray(value)) {
    return (
      <ul class="bare">
        {value.map((one: unknown) => (
          <li>
            <Value {...told} field="data" value={one} />
          </li>
        ))}
      </ul>
    );
  }
  if (field === 'data' && typeof value === 'object' && value !== null) {
    return (
      <ul class="bare">
        {fieldsInOrder(Object.keys(value)).map((name) => (
          <li>
            {fieldInWords(name)}: <Value {...told} field={name} value={(value as Data)[name]} />
          </li>
        ))}
      </ul>
    );
  }
  const written = JSON.stringify(value, null, 1);
  return written.length <= MOST_SHOWN ? (
    <code>{written}</code>
  ) : (
    <>
      A document, in the <a href={`/v1/events/${told.event.position}`}>event as it is stored</a>
    </>
  );
}

type Data = HistoryEvent['data'];

/** The most characters of a document that a table shows. */
const MOST_SHOWN = 500;

function isList(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number');
}

/** One thing that was done to the event. */
interface Deed extends Done {
  readonly what: string;
  readonly detail?: string | undefined;
  /** Whether it no longer counts itself. */
  readonly fallen?: boolean;
}

function deedsOf(event: HistoryEvent): readonly Deed[] {
  const { corrected, corrections, retracted, retractions, disputes, appealed } = event;
  const all = corrections ?? (corrected ? [{ ...corrected, stands: true }] : []);
  return [
    ...all.map(({ kind, reason, stands, ...done }) => ({
      ...done,
      what: kind === 'clerical' ? 'Corrected: a clerical mistake' : 'Corrected: a mistake of substance',
      detail: reason,
      fallen: !stands,
    })),
    ...(retractions ?? (retracted ? [retracted] : [])).flatMap(retractionDeeds),
    ...(disputes ?? []).flatMap(({ opening, closing, outcome }): readonly Deed[] => [
      { ...opening, what: 'Disputed', detail: opening.reason },
      ...(closing ? [{ ...closing, what: `Dispute ${outcome === 'upheld' ? 'upheld' : 'dismissed'}` }] : []),
    ]),
    ...(appealed
      ? [
          { ...appealed.lodging, what: `Appeal lodged on ${dayInWords(appealed.lodging.on)}` },
          ...(appealed.decision
            ? [
                {
                  ...appealed.decision,
                  what: `Appeal ${appealed.decision.outcome} on ${dayInWords(appealed.decision.on)}`,
                },
              ]
            : []),
        ]
      : []),
  ].sort((a, b) => Number(a.by) - Number(b.by));
}

/** The retraction of the event and, if that was retracted in turn, its restoration. */
function retractionDeeds({ reason, retracted: undone, ...done }: Retracted): readonly Deed[] {
  return [
    { ...done, what: 'Retracted', detail: reason },
    ...(undone
      ? [{ ...undone, what: 'Brought back: the retraction was retracted', detail: undone.reason }]
      : []),
  ];
}

type Retracted = Retraction & { readonly retracted?: Retraction };

/** What was done to it since, by whom, when and why, in the order of recording. */
function Fate(told: Told) {
  const deeds = deedsOf(told.event);
  return (
    <section aria-labelledby="since">
      <h2 id="since">What has become of it</h2>
      {deeds.length === 0 ? (
        <p>Nothing was done to it: it was not corrected, retracted, disputed or appealed against.</p>
      ) : (
        <ol class="bare">
          {deeds.map(({ by, body, recordedAt, what, detail, fallen }) => (
            <li class="card">
              <div class="top">
                <h3>{what}</h3>
                <Event {...told} position={by} />
              </div>
              <p class="quiet">
                By <Body {...told} body={body} />, recorded on {instantInWords(recordedAt)}
                {detail !== undefined && <>; reason given: {codeInWords(detail)}</>}
                {fallen === true && <>. This correction does not stand any more</>}.
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Where to read more, and the addresses at which this page stays as it is. */
function Further({ event, knownAt, asked, pinned, origin }: Told & { readonly knownAt: KnownAt }) {
  const { position, subject } = event;
  const record = recordOf(subject);
  const then = { knownAt: asked };
  return (
    <section class="kept" aria-labelledby="further">
      <h2 id="further">Read more, and keep it</h2>
      <ul>
        {record !== undefined && (
          <li class="onscreen">
            <a href={addressOf(`${record}/history`, then)}>All that is recorded of {subject}</a>, for programs
          </li>
        )}
        <li class="onscreen">
          <a href={addressOf(`/v1/events/${position}/history`, then)}>This event and what became of it</a>,
          for programs
        </li>
        <li class="onscreen">
          <a href={`/v1/events/${position}`}>The event as it is stored</a>, which never changes
        </li>
        <li>
          <a href={addressOf(`/events/${position}`, { knownAt: pinned })}>
            This page as recorded up to event {knownAt.position}
          </a>
          , which says the same whatever is recorded later
          <span class="printed address">
            {origin}
            {addressOf(`/events/${position}`, { knownAt: pinned })}
          </span>
        </li>
      </ul>
      <p class="quiet onscreen">
        Whether a provider is eligible follows from all records together, under a policy:{' '}
        <a href="/">check a provider</a>.
      </p>
    </section>
  );
}

/** Says that there is no such event, or none yet, and what to do. */
export function NoEventPage({
  position,
  refusal: { code, detail },
  knownAt,
}: {
  readonly position: string;
  readonly refusal: Refusal;
  readonly knownAt: string | undefined;
}) {
  return (
    <Page title={`Event ${position} cannot be shown`}>
      <h1>Event {position} cannot be shown</h1>
      <p>{detail}.</p>
      {knownAt !== undefined && (
        <p>
          <a href={`/events/${position}`}>See whether it is known now</a>
        </p>
      )}
      <p>
        What it means: <a href={`/problems/${code}`}>{codeInWords(code)}</a>
      </p>
    </Page>
  );
}
