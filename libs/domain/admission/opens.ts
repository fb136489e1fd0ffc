import {
  definitionOf,
  EVENTS,
  type EventOf,
  type EventType,
  type RegisterEvent,
} from '../log/event-catalogue';
import type { AuthorityView } from '../log/log-view';

type Recognised = EventOf<'BodyRecognised'>['data'];
type Entry = Recognised['mayPost'][number];

/**
 * What events of a type concern (specification, section 3, “Who may post what”); events about events take it
 * from their target.
 */
type Kind = 'standard' | 'qualification' | 'neither' | 'event';

const TYPES = (Object.keys(EVENTS) as EventType[]).filter((type) => !definitionOf(type).registrarOnly);
const ofKind = (kind: Kind) => TYPES.filter((type) => kindOf(type) === kind);

/** Made when it is first needed, because loading a language’s rules would slow every start. */
const list = (words: readonly string[]) =>
  new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words);
const choice = (words: readonly string[]) =>
  new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(words);

/**
 * What a recognition opens, in sentences for the body: which types, for which standards and qualifications,
 * and which types are not narrowed at all.
 */
export function opens({ mayPost, from }: Recognised): readonly string[] {
  const sentences = mayPost.flatMap((entry) =>
    entry.types === '*' ? ofAll(entry) : ofNamed(entry, entry.types),
  );
  return sentences.length === 0
    ? [`From ${from} on it may post nothing.`]
    : [
        ...new Set(sentences),
        `This holds from ${from} on, in the place of what it might post before: an event is taken where this allows it today, and its own first day is allowed too.`,
      ];
}

function ofAll({ standards, qualifications }: Entry): string[] {
  if (standards === undefined && qualifications === undefined)
    return [
      'It may post every type of event but those that only the registrar posts, about anyone, and of every standard and qualification.',
    ];
  const carriers: [string, EventType[]][] = [];
  if (standards !== undefined) carriers.push([`the standard ${choice(standards)}`, ofKind('standard')]);
  if (qualifications !== undefined)
    carriers.push([`the qualification ${choice(qualifications)}`, ofKind('qualification')]);
  return [
    ...carriers.map(([what, types]) => `It may post every type that is of ${what}: ${list(types)}.`),
    `It may post events about events that are of ${choice(carriers.map(([what]) => what))}: ${list(ofKind('event'))}.`,
    `It may post no other type, such as ${list(OTHERS)}: name in "types" those that it is to post besides.`,
  ];
}

const OTHERS: readonly EventType[] = ['ProviderRegistered', 'EngagementStarted'];

function ofNamed({ standards, qualifications }: Entry, types: readonly string[]): string[] {
  const named = (kind: Kind) => ofKind(kind).filter((type) => types.includes(type));
  const narrowed = standards !== undefined || qualifications !== undefined;
  const sentences: string[] = [];
  const say = (kind: Kind, sentence: (list: string) => string) => {
    const some = named(kind);
    if (some.length > 0) sentences.push(`It may post ${sentence(list(some))}.`);
  };
  const of = (what: string, codes: readonly string[] | undefined) =>
    codes === undefined ? `every ${what}` : `the ${what} ${choice(codes)}`;
  say('standard', (list) => `${list} of ${of('standard', standards)}`);
  say('qualification', (list) => `${list} of ${of('qualification', qualifications)}`);
  say('neither', (list) =>
    narrowed
      ? `${list} about anyone: no standard or qualification narrows ${named('neither').length === 1 ? 'this type' : 'these types'}`
      : `${list} about anyone`,
  );
  say('event', (list) =>
    narrowed
      ? `${list} about events of ${of('standard', standards)}, of ${of('qualification', qualifications)}, and of neither`
      : `${list} about every event`,
  );
  const own = types.filter((type) => !TYPES.some((one) => one === type));
  if (own.length > 0) sentences.push(`It may not post ${list(own)}: only the registrar does.`);
  return sentences;
}

function kindOf(type: EventType): Kind {
  const { stream, data } = definitionOf(type);
  if (stream === undefined) return 'event';
  const { properties } = data as unknown as { readonly properties: object };
  if ('standard' in properties) return 'standard';
  return 'qualification' in properties || 'certificate' in properties ? 'qualification' : 'neither';
}

/**
 * Whether a recognition opens less than a reader of its `"*"` might expect: beside standards or
 * qualifications, `"*"` opens only events that carry one. Releases before 0.3 opened more.
 */
export function isNarrowed({ mayPost }: Recognised): boolean {
  return mayPost.some(
    ({ types, standards, qualifications }) =>
      types === '*' && (standards !== undefined || qualifications !== undefined),
  );
}

/**
 * What is known as a release before 0.3 read it: an entry for all types opened each of them, narrowed only as one that names
 * it is. No release took more, so that what is not authorised by this either was never taken.
 */
export function asReadAtFirst(known: AuthorityView): AuthorityView {
  return {
    get today() {
      return known.today;
    },
    stream: (name) => known.stream(name).map(withAllTypesNamed),
    recorded: (name) => known.recorded(name),
    identityStreams: (key) => known.identityStreams(key),
    plainRegistration: (stream) => known.plainRegistration(stream),
    find: (position) => known.find(position),
  };
}

function withAllTypesNamed(event: RegisterEvent): RegisterEvent {
  if (event.type !== 'BodyRecognised' || !isNarrowed(event.data)) return event;
  const mayPost = event.data.mayPost.map((entry) =>
    entry.types === '*' ? { ...entry, types: TYPES } : entry,
  );
  return { ...event, data: { ...event.data, mayPost } };
}
