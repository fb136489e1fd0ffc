import { type Ground } from '../../log/grants';
import { isOfAdvisers } from '../../subjects/policy-document';
import { difference, every, type Days, type Truth } from '../../values/timeline';
import { flatMapped, type Work } from '../../values/work';
import { Cut } from './cut';
import { Layout, NONE, SAME, type FlatStanding } from './flat-standing';
import { firstReasons, within, type Cause } from './reason';
import { requirementsAsked, type ResolvedQuestion } from './resolved-question';
import { standingOnDays } from './standing';
import { toldRequirements, type RequirementStanding } from './told-requirements';

/** What a requirement of advisers comes to for one of those named, on the days of the edition that asks it. */
interface NamedOnDays extends Pick<RequirementStanding, 'requirement' | 'place' | 'days'> {
  readonly truth: Truth;
  /** Why it fails by the present log, one reason a day. */
  readonly failing: readonly Cause[];
  readonly doubts: readonly Ground[];
}

/**
 * What a policy asks in a setting of one adviser whom a question names, on all days. A question that names several is
 * answered from what holds of each, and of the provider: a named adviser changes nothing but what is asked of advisers.
 */
export interface NamedStanding {
  /** The key that was registered first. */
  readonly key: string;
  /** By edition, then in the order of the policy. */
  readonly asked: readonly NamedOnDays[];
}

/** `found` names this adviser and no other. */
export function* namedStandingOf({ named, reigns, evaluation }: ResolvedQuestion): Work<NamedStanding> {
  const asked: NamedOnDays[] = [];
  for (const [place, { requirement, edition, days }] of requirementsAsked(reigns).entries()) {
    if (requirement === undefined || !isOfAdvisers(requirement)) continue;
    const value = yield* evaluation.judgement(requirement, edition.policy);
    const failed = difference(days, value.presumed);
    asked.push({
      requirement,
      place,
      days,
      truth: value.truth,
      failing: failed.length === 0 ? [] : yield* firstReasons(yield* value.causes(failed), failed),
      doubts: value.doubts,
    });
  }
  return { key: named[0]?.[0] ?? '', asked };
}

/**
 * What holds where a question names some advisers, from what holds where it names none; undefined if some id stands for a
 * requirement of advisers in one edition and of others in another. `named`: once each, by key.
 */
export function* standingWith(
  standing: FlatStanding,
  named: readonly NamedStanding[],
): Work<FlatStanding | undefined> {
  const { numbers, text, frame, warnings } = standing;
  const cut = new Cut(standing);
  cut.truth();
  const others = cut.truthIfAny();
  if (!others) return undefined;
  const list: RequirementStanding[] = [];
  for (const i of named[0]?.asked.keys() ?? [])
    list.push(yield* askedOfEach(named.flatMap(({ asked }) => asked[i] ?? [])));
  const told = yield* toldRequirements(list);
  const layout = new Layout(text);
  layout.truth(list.reduce(saidIf, others));
  layout.numbers.push(NONE);
  const provider = cut.at;
  cut.piece();
  cut.passLists(1);
  layout.copy(numbers, provider, cut.at);
  cut.piece();
  layout.named(named.map(({ key }) => key));
  /** What is asked of others. */
  const left = () => {
    for (const end = cut.end(); cut.at < end;) {
      const at = cut.at;
      const after = cut.end();
      cut.next();
      const { isOfAdvisers } = frame.asked[cut.next()] ?? {};
      if (!isOfAdvisers) layout.copy(numbers, at, after);
      cut.at = after;
    }
  };
  yield* layout.requirements(told.must, left);
  yield* layout.requirements(told.encouraged, left);
  if (cut.isSame()) layout.numbers.push(SAME);
  else yield* layout.requirements(told.all, left);
  yield* layout.copyFrom(numbers, cut.at);
  return { ...layout.laidOut(), frame, warnings };
}

/** A requirement that every one of those named has to meet. */
function* askedOfEach(each: readonly NamedOnDays[]): Work<RequirementStanding> {
  const [first] = each;
  if (!first) throw new Error('a question that names no one is answered from what holds of the provider');
  const { requirement, place, days } = first;
  const value = {
    truth: every(each.map(({ truth }) => truth)),
    causes: (failed: Days) => causesOfEach(each, failed),
    grounds: () => [],
    doubts: each.flatMap(({ doubts }) => doubts),
  };
  return { requirement, place, ...(yield* standingOnDays({ days, value }, false)) };
}

/** Of one that fails for another reason as well, the first one suffices: the first of all is the first of somebody. */
function* causesOfEach(each: readonly NamedOnDays[], days: Days): Work<readonly Cause[]> {
  return yield* flatMapped(each, ({ failing }) => within(failing, days));
}

/** What is said if one requirement more is asked on some days. */
function saidIf({ certain, possible }: Truth, asked: RequirementStanding): Truth {
  if (asked.requirement.binding !== 'must') return { certain, possible };
  const unmet = difference(asked.days, asked.certain);
  return {
    certain: difference(certain, unmet),
    possible: difference(possible, difference(unmet, asked.unknown)),
  };
}
