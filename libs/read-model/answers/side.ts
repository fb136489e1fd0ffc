import { holderIn } from '@app/domain/subjects/accreditation';
import { adviserIn } from '@app/domain/subjects/adviser';
import {
  eligibleDays,
  evaluateRequirements,
  editionPeriods,
  type EditionPeriod,
  type PolicyDays,
} from '@app/domain/evaluation/v1/resolved-question';
import {
  contractStream,
  holders,
  referenceIn,
  referencesAbove,
  referencesOf,
} from '@app/domain/subjects/contract';
import { engagerIn, everEngagedWith } from '@app/domain/subjects/engagement';
import { Evaluation } from '@app/domain/evaluation/v1/evaluation';
import { type LogView } from '@app/domain/log/log-view';
import { identityOf, isRegistered, keysOf } from '@app/domain/log/identity';
import { editionsOf } from '@app/domain/subjects/policy';
import { providerIn } from '@app/domain/subjects/provider';
import { finished, type Work } from '@app/domain/values/work';

/** A setting of a policy. */
export interface PolicySetting {
  readonly policy: string;
  readonly setting: string;
}

/** A view may remember all that it was asked: it serves so many questions. */
const QUESTIONS_A_KNOWN = 4_096;

/** A provider at one moment. */
interface Found {
  readonly keys: readonly string[];
  readonly evaluation: Evaluation;
}

/** One moment of a span. Its view is renewed from time to time, to free what the view remembers. */
export class Side {
  readonly #open: () => LogView;
  /** By policy and setting. */
  readonly #reigns = new Map<string, readonly EditionPeriod[]>();
  #opened: LogView;
  #questions = 0;

  constructor(open: () => LogView) {
    this.#open = open;
    this.#opened = open();
  }

  get known(): LogView {
    if (++this.#questions % QUESTIONS_A_KNOWN === 0) this.#opened = this.#open();
    return this.#opened;
  }

  settings(policy: string): readonly string[] {
    return editionsOf(this.known, policy).flatMap((edition) => Object.keys(edition.policy.settings));
  }

  reigns({ policy, setting }: PolicySetting): readonly EditionPeriod[] {
    const name = `${policy} ${setting}`;
    let reigns = this.#reigns.get(name);
    if (!reigns) this.#reigns.set(name, (reigns = editionPeriods(this.known, policy, setting)));
    return reigns;
  }

  /** The key by which the provider with a key goes; undefined if the key is not registered. */
  firstKey(key: string): string | undefined {
    return isRegistered(this.known, key) ? keysOf(this.known, key)[0] : undefined;
  }

  /** The same of each key of the provider with a key, found once for all of them. */
  firstKeys(key: string): ReadonlyMap<string, string | undefined> {
    const { keys, registered } = identityOf(this.known, key);
    return new Map(keys.map((one) => [one, registered.has(one) ? keys[0] : undefined]));
  }

  /** The provider with a key; undefined if the key is not registered. */
  find(key: string): Found | undefined {
    const { known } = this;
    if (!isRegistered(known, key)) return undefined;
    const keys = keysOf(known, key);
    return { keys, evaluation: new Evaluation(known, keys, []) };
  }

  /** The days of a provider that was found, in each setting; one evaluation serves those of all policies. */
  *days({ evaluation }: Found, settings: readonly PolicySetting[]): Work<readonly PolicyDays[]> {
    const days: PolicyDays[] = [];
    for (const setting of settings) {
      const asking = { reigns: this.reigns(setting), evaluation };
      yield* evaluateRequirements(asking, 'must');
      days.push(eligibleDays(asking));
      yield 1;
    }
    return days;
  }

  /**
   * The keys of the providers whose days can depend on a stream: the provider it is about, those that engage
   * its adviser, those that hold its contracts, and those above these or any other contract of a provider that it is
   * about: what a subcontractor holds itself may be asked of it. `looked`: what the same walk has examined for
   * other streams; what that led to is not given again.
   */
  bearsOn(stream: string, looked: Set<string>): readonly string[] {
    const own = providerIn(stream) ?? holderIn(stream);
    if (own !== undefined) return this.ofOwner(own, looked);
    const adviser = adviserIn(stream);
    if (adviser !== undefined) return this.#ofAdviser(adviser, looked);
    const engager = engagerIn(stream);
    if (engager !== undefined) return this.#first([engager], looked);
    const reference = referenceIn(stream);
    if (reference === undefined) return [];
    const above = this.#above([reference], looked);
    return above.concat(holders(this.known, reference).flatMap((key) => this.ofOwner(key, looked)));
  }

  /**
   * The key that represents the provider with a given key; undefined if it was given for another of its keys.
   */
  goesBy(key: string, looked: Set<string>): string | undefined {
    if (looked.has(key)) return undefined;
    const keys = keysOf(this.known, key);
    // A provider with only one key needs no remembering.
    if (keys.length > 1) for (const one of keys) looked.add(one);
    return keys[0];
  }

  /** As {@link bearsOn}, for everything that is about the provider with a key. */
  ofOwner(key: string, looked: Set<string>): readonly string[] {
    if (looked.has(key)) return [];
    const keys = keysOf(this.known, key);
    for (const one of keys) looked.add(one);
    const [first = key] = keys;
    // No one asks about an unregistered provider, but others may be above its contracts.
    const own = isRegistered(this.known, first) ? [first] : [];
    return [...own, ...this.#above(finished(referencesOf(this.known, keys)), looked)];
  }

  #ofAdviser(key: string, looked: Set<string>): readonly string[] {
    if (looked.has(key)) return [];
    const keys = keysOf(this.known, key);
    for (const one of keys) looked.add(one);
    return this.#first(everEngagedWith(this.known, keys), looked);
  }

  /** The keys of those who hold a contract under one of the references, or anywhere above it. */
  #above(references: readonly string[], looked: Set<string>): readonly string[] {
    const { known } = this;
    const chain = new Set<string>();
    const climb = (reference: string) => {
      if (looked.has(contractStream(reference))) return;
      looked.add(contractStream(reference));
      chain.add(reference);
    };
    references.forEach(climb);
    for (const link of chain) referencesAbove(known, link).forEach(climb);
    return this.#first(
      [...chain].flatMap((reference) => holders(known, reference)),
      looked,
    );
  }

  #first(keys: readonly string[], looked: Set<string>): readonly string[] {
    return keys.flatMap((key) => {
      if (looked.has(`first of ${key}`)) return [];
      const all = keysOf(this.known, key);
      for (const one of all) looked.add(`first of ${one}`);
      return [all[0] ?? key];
    });
  }
}
