import { setImmediate as nextTurn } from 'node:timers/promises';
import { foldedName, wordsOfName } from '@app/domain/values/folded-name';
import { together, type LogView } from '@app/domain/log/log-view';
import { identityOf, keysOf, type Identity } from '@app/domain/log/identity';
import { refuse, type Refusal } from '@app/domain/values/problem';
import { isSoleTrader, nameOn, namesIn, providerIn, providerStreams } from '@app/domain/subjects/provider';
import { inPlaceOf } from '@app/domain/succession/successions';
import { typedKeys } from '@app/domain/values/typed-key';
import MiniSearch from 'minisearch';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import type { EventIndex } from '../index/event-index';
import { ownCopy } from '../index/own-copy';
import type { SavedSections, Sections } from '../snapshot/sections';
import type { Projection } from '../projection';
import { bareOf, distanceOf, initialsOf, lettersIn, spelled, type SpelledName } from './spelled-name';

/** A provider as a search finds it. */
export interface FoundProvider {
  readonly key: string;
  /** All its keys, the one registered first in front. */
  readonly keys: readonly string[];
  /** The name in force today; the public name of a sole trader, null if there is none. */
  readonly name: string | null;
  /** The key or name, perhaps a former one, by which it was found; null if nothing was searched for. */
  readonly matched: string | null;
  /** Where it is closed today, and others are there now in its place: those, by first key, each with its name. */
  readonly now?: readonly { readonly key: string; readonly name: string | null }[];
}

export interface SearchPage {
  readonly providers: readonly FoundProvider[];
  /** The key after which the next page begins; null on the last one. */
  readonly next: string | null;
}

/** What a search finds. `namesPerson`: the public name of a sole trader is in it, which may be erased: no copy is to be kept. */
export interface FoundProviders extends SearchPage {
  readonly namesPerson: boolean;
}

/** What to search for, and which part of the results to give. */
export interface Search {
  /** Without it, every provider. */
  readonly text?: string | undefined;
  /** The key of the provider after which the page begins. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * The name under which everybody may find the sole trader who has these keys; undefined if there is none. It stands in
 * no log, and may be given, changed or erased at any time: {@link ProviderSearch.renew} is told each time. Who is found by one
 * has it at that moment, whatever it was told.
 */
export type PublicName = (keys: readonly string[]) => string | undefined;

/** One name or key of the provider with a key. */
interface Entry {
  readonly id: string;
  readonly key: string;
  readonly text: string;
}

/** A name, and other ways of writing it. */
interface NameEntry extends Entry, SpelledName {
  /** Whether it is the public name of a person. */
  readonly isPerson: boolean;
}

interface Indexed {
  readonly key: string;
  readonly keys: readonly string[];
  readonly names: readonly NameEntry[];
  readonly registered: readonly Entry[];
}

interface Hit {
  readonly key: string;
  readonly matched: string;
}

/** The number of providers that are indexed before others have a turn. */
const SLICE = 100;
/** No name has more words; more would only make a search slow. */
const MOST_WORDS = 8;

/** A text that begins like a key is meant as one. */
const KEY = /^(?:ukprn|company|charity|urn):\S*$/;

/**
 * Finds providers by key or name, as known at the head. It notes whose names an event may change, and indexes
 * them again before the next search. The results and their order depend only on the log up to the head and
 * the public names of sole traders.
 */
export class ProviderSearch implements Projection {
  readonly name = 'provider-search';
  readonly #register: EventIndex;
  readonly #publicName: PublicName;
  readonly #providers = new Map<string, Indexed>();
  /** The index entry of each key. */
  readonly #byKey = new Map<string, Indexed>();
  readonly #names = new MiniSearch<Entry>({
    fields: ['text'],
    tokenize: (text) => [...new Set([...wordsOfName(text), ...foldedName(text).words.split(' ')])],
    processTerm: (word) => word,
    searchOptions: {
      prefix: (word, i, words) => word.length > 1 || i === words.length - 1,
      // A number with another digit is another number.
      fuzzy: (word) => (word.length < 3 || /\p{N}/u.test(word) ? false : word.length < 5 ? 1 : 2),
      weights: { prefix: 0.6, fuzzy: 0.3 },
      // Names are compared by length later: an average length over all names would depend on the order of
      // changes.
      bm25: { k: 1.2, b: 0, d: 0.5 },
    },
  });
  readonly #keys = new MiniSearch<Entry>({
    fields: ['text'],
    tokenize: (key) => [key, numberIn(key)],
    processTerm: (key) => key.toLowerCase(),
    searchOptions: { tokenize: (text) => [text], prefix: true },
  });
  readonly #entries = new Map<string, NameEntry>();
  #position = -1;
  /** The subjects of events since the last indexing that say who a provider is. */
  readonly #waiting = new Set<string>();
  #sorted: readonly string[] | undefined;
  #catchingUp: Promise<void> | undefined;

  constructor(register: EventIndex, publicName: PublicName = () => undefined) {
    this.#register = register;
    this.#publicName = publicName;
  }

  get position(): number {
    return this.#position;
  }

  apply(position: number, _text: string, { stream, subject }: RegisterEvent): void {
    this.#position = position;
    if (providerIn(stream) !== undefined && !this.#waiting.has(subject)) this.#waiting.add(ownCopy(subject));
  }

  /** Nothing is saved of it: whom the log knows is all that it has to be told, and it indexes them when it catches up. */
  save(): Sections {
    return new Map();
  }

  load(_saved: SavedSections, position: number): void {
    for (const stream of this.#register.chains.names) {
      const key = providerIn(stream);
      if (key !== undefined) this.#waiting.add(key);
    }
    this.#position = position;
  }

  /** Looks again at the public name of the sole trader with this key. */
  renew(key: string): void {
    this.#renew(this.#register.at(this.#register.head), key);
  }

  /** Indexes what waits, giving others their turns; the next search is then quick. */
  async catchUp(): Promise<void> {
    this.#catchingUp ??= this.#catchUp().finally(() => (this.#catchingUp = undefined));
    await this.#catchingUp;
  }

  async #catchUp(): Promise<void> {
    while (this.#waiting.size > SLICE) {
      this.#index(SLICE);
      await nextTurn();
    }
  }

  /** A page of the providers found, best first, those equally good by key; without a text, of all of them by key. */
  find({ text, after, limit }: Search): FoundProviders | Refusal {
    this.#index();
    const hits = text === undefined ? undefined : this.#hits(text);
    const keys = hits?.map(({ key }) => key) ?? this.#all();
    const first = after === undefined ? 0 : hits ? keys.indexOf(after) + 1 : firstAfter(keys, after);
    if (hits && after !== undefined && first === 0) {
      return refuse(
        'invalid-question',
        'Nothing that was found has that key any more: give after as the page before said, or search anew without it',
        '/after',
      );
    }
    const known = this.#register.at(this.#register.head);
    const page = keys.slice(first, first + limit);
    let namesPerson = false;
    const nameOf = (keys: readonly string[]) => {
      const own = together(known, providerStreams(keys));
      if (!isSoleTrader(own)) return nameOn(own, known.today ?? -Infinity);
      const name = this.#publicName(keys);
      if (name !== undefined) namesPerson = true;
      return name ?? null;
    };
    const providers = page.map((key, i) => {
      const { keys } = this.#providers.get(key) ?? { keys: [] };
      const now = inPlaceOf(known, keys).map((one) => ({ key: one, name: nameOf(keysOf(known, one)) }));
      const matched = hits?.[first + i]?.matched ?? null;
      return { key, keys, name: nameOf(keys), matched, ...(now.length > 0 && { now }) };
    });
    return { providers, namesPerson, next: first + limit < keys.length ? (page.at(-1) ?? null) : null };
  }

  #all(): readonly string[] {
    return (this.#sorted ??= [...this.#providers.keys()].sort());
  }

  /**
   * First the provider with the typed key, then those with the typed name, then those whose name differs by a
   * letter, begins with it or has it as initials, then names with every word, typing mistakes forgiven; if
   * none has every word, those with some.
   */
  #hits(text: string): readonly Hit[] {
    const hits = new Map<string, Hit>();
    const take = (id: string, matched: string) => {
      const key = this.#byKey.get(id)?.key ?? id;
      if (!hits.has(key)) hits.set(key, { key, matched });
    };
    const typed = typedKeys(text);
    for (const { key } of typed ?? []) {
      const provider = this.#byKey.get(key);
      if (provider?.registered.some(({ id }) => id === key)) take(key, key);
    }
    const isKnown = hits.size > 0;
    const wanted = text.trim().toLowerCase();
    const keys = this.#keys.search(wanted).map(({ id }) => id as string);
    for (const key of keys.sort()) take(key, key);
    // Whoever typed a key, or a number that somebody has, means no name.
    if (isKnown || KEY.test(wanted)) return [...hits.values()];
    for (const { key, text: name } of this.#alike(text)) take(key, name);
    for (const { key, text: name } of this.#worded(text, typed !== undefined)) take(key, name);
    return [...hits.values()];
  }

  /** The name of a person may be gone since it was indexed. */
  #stands({ isPerson, key, text }: NameEntry): boolean {
    return !isPerson || this.#publicName(this.#byKey.get(key)?.keys ?? []) === text;
  }

  /** Names that are the one typed, or nearly, begin with it or have it for their initials, the nearest first. */
  #alike(text: string): readonly NameEntry[] {
    const typed = spelled(foldedName(text));
    const bare = bareOf(typed);
    const letters = lettersIn(bare);
    const found: { readonly name: NameEntry; readonly distance: number }[] = [];
    for (const name of this.#entries.values()) {
      // A name that lacks two of the letters is none of these; this check alone keeps a search quick.
      const lacking = letters & ~name.letters;
      if ((lacking & (lacking - 1)) !== 0) continue;
      const distance = distanceOf(name, typed, bare);
      if (distance !== undefined && this.#stands(name)) found.push({ name, distance });
    }
    return found.sort((a, b) => a.distance - b.distance || byLength(a.name, b.name)).map(({ name }) => name);
  }

  /** Names with every word; if there are none, those with some, unless every word is wanted. */
  #worded(text: string, everyWord: boolean): readonly NameEntry[] {
    const words = [...new Set(foldedName(text).words.split(' '))].slice(0, MOST_WORDS);
    const having = (combineWith: 'AND' | 'OR') =>
      this.#names.search(words.join(' '), { tokenize: () => words, combineWith }).flatMap(({ id, score }) => {
        const name = this.#entries.get(id as string);
        // Sums of the same terms in another order may differ in their last bits.
        return name && this.#stands(name) ? [{ name, score: Math.round(score * 1e6) }] : [];
      });
    const every = having('AND');
    const found = every.length > 0 || everyWord ? every : having('OR');
    return found.sort((a, b) => b.score - a.score || byLength(a.name, b.name)).map(({ name }) => name);
  }

  /** Indexes up to a number of waiting subjects, each with everything that its keys belong to. */
  #index(most = Infinity): void {
    const known = this.#register.at(this.#register.head);
    let indexed = 0;
    for (const subject of this.#waiting) {
      if (++indexed > most) return;
      this.#renew(known, subject);
    }
  }

  /** Indexes every provider again that a key belongs to or did: one may have become two, or two one. */
  #renew(known: LogView, subject: string): void {
    const found = new Map<string, Identity>();
    const keys = new Set([subject]);
    for (const key of keys) {
      const before = this.#byKey.get(key);
      if (before) {
        for (const one of before.keys) keys.add(one);
        this.#remove(before);
      }
      if (found.has(key)) continue;
      const identity = identityOf(known, key);
      for (const one of identity.keys) {
        keys.add(one);
        found.set(one, identity);
      }
    }
    for (const identity of new Set(found.values())) this.#add(known, identity);
    // Removed only now: after a failure it still waits, and indexing a provider again changes nothing.
    for (const key of keys) this.#waiting.delete(key);
  }

  #remove(provider: Indexed): void {
    for (const key of provider.keys) this.#byKey.delete(key);
    if (this.#providers.delete(provider.key)) this.#sorted = undefined;
    for (const { id } of provider.names) this.#entries.delete(id);
    this.#names.removeAll(provider.names);
    this.#keys.removeAll(provider.registered);
  }

  #add(known: LogView, identity: Identity): void {
    const { keys } = identity;
    const [first = ''] = keys;
    const registered = keys.filter((key) => identity.registered.has(key));
    const own = together(known, providerStreams(keys));
    const isPerson = isSoleTrader(own);
    const names = isPerson ? [this.#publicName(keys) ?? []].flat() : namesIn(own).map(({ name }) => name);
    const provider = {
      key: first,
      keys,
      names: registered.length === 0 ? [] : [...new Set(names)].map((name) => entryOf(first, name, isPerson)),
      registered: registered.map((key) => ({ id: key, key: first, text: key })),
    };
    for (const key of keys) this.#byKey.set(key, provider);
    if (registered.length > 0) {
      this.#providers.set(first, provider);
      this.#sorted = undefined;
    }
    for (const name of provider.names) this.#entries.set(name.id, name);
    this.#names.addAll(provider.names);
    this.#keys.addAll(provider.registered);
  }
}

function entryOf(key: string, name: string, isPerson: boolean): NameEntry {
  const folded = foldedName(name);
  return {
    id: `${key}\n${name}`,
    key,
    text: name,
    isPerson,
    ...spelled(folded),
    initials: initialsOf(folded),
  };
}

function byLength(a: Entry, b: Entry): number {
  return a.text.length - b.text.length || (a.id < b.id ? -1 : 1);
}

/** The part of a key after the colon: few people type the part before it. */
function numberIn(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

/** Index of the first key after a given one, in sorted keys. */
function firstAfter(keys: readonly string[], after: string): number {
  const index = keys.findIndex((key) => key > after);
  return index < 0 ? keys.length : index;
}
