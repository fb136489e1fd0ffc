import { dayOf, formatDay, type Day } from '../../values/day';
import { POLICY_IN_FORCE } from '../../subjects/policy-document';
import { nameAmong } from '../../subjects/provider';
import { coversAll, difference, endOfRun, meet, runs, span, type Days } from '../../values/timeline';
import { A_PIECE, finished, sorted, type Work } from '../../values/work';
import { EVALUATOR, momentOf, type Answer, type MomentOfAnswer } from './answer-shape';
import { warningsOn } from './answer-warnings';
import { Cut, joined } from './cut';
import {
  BEFORE_ALL_DAYS,
  flatStanding,
  type AskedOfFrame,
  type FlatStanding,
  type Frame,
} from './flat-standing';
import {
  verdictOf,
  type Outcome,
  type PolicyDays,
  type Question,
  type ResolvedQuestion,
} from './resolved-question';
import { standingOn } from './standing';

/** The whole answer to a resolved question. `recordedAt`: when the event at its position was recorded. */
export function answer(found: ResolvedQuestion, recordedAt: string): Answer {
  return finished(answering(found, recordedAt));
}

/**
 * As {@link answer}, as a work that rests often: a provider may have very many advisers, or contracts below
 * its own.
 */
export function* answering(found: ResolvedQuestion, recordedAt: string): Work<Answer> {
  const { known, question } = found;
  const standing = yield* standingOn(found, span(question.from, question.until));
  const { text } = yield* writtenAnswer(yield* flatStanding(standing), question, momentOf(known, recordedAt));
  return JSON.parse(text) as Answer;
}

/** What of a question does not decide what is known, only what is told of it. */
export type Window = Pick<Question, 'setting' | 'policy' | 'from' | 'until'>;

/** An answer as it is sent. */
export interface AnswerText {
  /** The {@link Answer} as JSON, its members in the order of that. */
  readonly text: string;
  readonly outcome: Outcome;
}

/**
 * The answer about the days of a question, cut out of what holds on these and maybe others, as known at a moment. It is
 * written at once: to put it together as an object first takes several times as long.
 */
export function* writtenAnswer(
  standing: FlatStanding,
  { setting, policy, from, until }: Window,
  knownAt: MomentOfAnswer,
): Work<AnswerText> {
  const { frame, warnings } = standing;
  const window = span(from, until);
  const cut = new Cut(standing, from, until);
  const said = { ...cut.truth(), ruled: frame.ruled };
  cut.truthIfAny();
  const provider = cut.piece();
  const name = nameIn(cut, knownAt.today === null ? BEFORE_ALL_DAYS : dayOf(knownAt.today));
  const named = cut.piece();
  const must = presentIn(cut, frame, window);
  const encouraged = presentIn(cut, frame, window);
  const all = cut.isSame() ? must : presentIn(cut, frame, window);
  const engaged = yield* participants(cut, 'adviser', window);
  const subcontractors = yield* participants(cut, 'provider', window);
  const gaps = yield* inOrder(cut, must, GAPS, frame, unruledIn(window, frame));
  const uncertain = yield* inOrder(cut, must, UNCERTAIN, frame);
  const advice = yield* inOrder(cut, encouraged, GAPS, frame);
  const { outcome, eligibleUntil } = verdictOf(said, from, until);
  const text = `${provider}${name}},"setting":${JSON.stringify(setting)}\
,"from":"${formatDay(from)}","until":"${formatDay(until)}"${named}\
,"knownAt":{"position":"${knownAt.position}","recordedAt":"${knownAt.recordedAt}","today":${dayOrNull(knownAt.today)}}\
,"policy":{"id":${JSON.stringify(policy)},"editions":[${editionsIn(frame, window)}]},"evaluator":"${EVALUATOR}"\
,"outcome":"${outcome}","eligibleUntil":${dayOrNull(eligibleUntil)}\
,"covered":[${yield* daysBetween(said.certain, from, until)}]\
,"gaps":[${gaps}],"uncertain":[${uncertain}]\
,"requirements":[${yield* requirements(cut, all)}]\
,"engaged":[${engaged}],"subcontractors":[${subcontractors}]\
,"advice":[${advice}],"warnings":${JSON.stringify(warningsOn(warnings, window))}}`;
  return { text, outcome };
}

function dayOrNull(day: string | null): string {
  return day === null ? 'null' : `"${day}"`;
}

/** What is said of all days. */
export function saidIn(standing: FlatStanding): PolicyDays {
  return { ...new Cut(standing).truth(), ruled: standing.frame.ruled };
}

/** The name in force on a day, as JSON (specification, section 7). */
function nameIn(cut: Cut, day: Day): string {
  const names: { readonly from: Day; readonly name: string }[] = [];
  for (const end = cut.end(); cut.at < end;) names.push({ from: cut.next(), name: cut.piece() });
  return nameAmong(names, day) ?? 'null';
}

/** The editions that decide a day of a window. */
function editionsIn({ editions }: Frame, window: Days): string {
  let text = '';
  for (const { days, told } of editions) if (meet(days, window)) text = joined(text, told);
  return text;
}

/** The runs of some days that lie in `from`–`until`. */
function* daysBetween(days: Days, from: Day, until: Day): Work<string> {
  let text = '';
  for (let i = 0; i < days.length; i += 2) {
    const [first, last] = [Math.max(days[i] ?? NaN, from), Math.min(days[i + 1] ?? NaN, until)];
    if (first <= last) text = joined(text, `{"from":"${formatDay(first)}","until":"${formatDay(last)}"}`);
    if (i % (2 * A_PIECE) === 2 * A_PIECE - 2) yield A_PIECE;
  }
  return text;
}

/** A requirement that is asked on a day of a window. */
interface Present {
  /** Where its lists of runs begin. */
  readonly at: number;
  readonly first: AskedOfFrame;
  /** The first day of the window on which it is asked, by the edition that asks it first. */
  readonly day: Day;
}

/** Of a requirement, in the order in which they stand. */
const LISTS = [',"covered":[', '],"gaps":[', '],"uncertain":[', '],"grounds":['];
const [GAPS, UNCERTAIN] = [1, 2];
const UNGROUNDED = LISTS.slice(0, 3);
const LISTS_OF_PARTICIPANT = [',"days":[', '],"gaps":[', '],"grounds":['];

/**
 * Those of the list that begins here that are asked on a day of a window, in the order of the first days and of the policy;
 * `provider-open` last.
 */
function presentIn(cut: Cut, { asked }: Frame, [from = NaN, until = NaN]: Days): readonly Present[] {
  const present: Present[] = [];
  for (const end = cut.end(); cut.at < end;) {
    const after = cut.end();
    let [first, day]: [AskedOfFrame | undefined, Day] = [undefined, Infinity];
    for (let left = cut.next(); left > 0; left--) {
      const asking = asked[cut.next()];
      const firstDay = asking ? firstDayOf(asking.days, from, until) : Infinity;
      if (firstDay >= day) continue;
      [first, day] = [asking, firstDay];
    }
    if (first) present.push({ at: cut.at, first, day });
    cut.at = after;
  }
  return present.sort(compareFirst);
}

function compareFirst({ first: a, day }: Present, { first: b, day: other }: Present): number {
  return Number(a.isLast) - Number(b.isLast) || day - other || a.place - b.place;
}

/** The first day of a set in `from`–`until`; Infinity if there is none. */
function firstDayOf(days: Days, from: Day, until: Day): Day {
  if (endOfRun(days, from) !== undefined) return from;
  for (let i = 0; i < days.length; i += 2) {
    const day = days[i] ?? Infinity;
    if (day > from) return day <= until ? day : Infinity;
  }
  return Infinity;
}

/** Each requirement as the answer tells it. */
function* requirements(cut: Cut, present: readonly Present[]): Work<string> {
  let text = '';
  for (const { first, at } of present) {
    cut.at = at;
    const lists = yield* cut.lists(first.isGrounded ? LISTS : UNGROUNDED);
    text = joined(text, `${first.intro}${lists}]}`);
  }
  return text;
}

/** Those who take part on a day of a window, with where they fail on its days, and what the others rest on. */
function* participants(cut: Cut, as: 'adviser' | 'provider', window: Days): Work<string> {
  const isAsked = meet(cut.days(), window);
  const end = cut.end();
  let text = '';
  for (let looked = 0; isAsked && cut.at < end;) {
    if (++looked % A_PIECE === 0) yield A_PIECE;
    const after = cut.end();
    const key = cut.piece();
    if (cut.hasDay()) text = joined(text, `{"${as}":${key}${yield* cut.lists(LISTS_OF_PARTICIPANT)}]}`);
    cut.at = after;
  }
  cut.at = end;
  return text;
}

/** A run as a list of several requirements has it. */
interface Told {
  readonly id: string;
  /** The first day of the window that it has. */
  readonly day: Day;
  readonly text: string;
}

/** The days of which the policy says nothing. */
function unruledIn(window: Days, { ruled }: Frame): Told[] {
  if (coversAll(ruled, window[0] ?? NaN, window[1] ?? NaN)) return [];
  return [...runs(difference(window, ruled))].map(({ from: day, until }) => ({
    id: POLICY_IN_FORCE,
    day,
    text: `{"from":"${formatDay(day)}","until":"${formatDay(until)}","requirement":"${POLICY_IN_FORCE}","reason":"no-policy-in-force","evidence":[]}`,
  }));
}

/**
 * The runs of one of the lists of several requirements, added to what was found, as one list: by their first day in the window,
 * then in the order of the edition that decides it. Each names its requirement.
 */
function* inOrder(
  cut: Cut,
  present: readonly Present[],
  list: number,
  frame: Frame,
  found: Told[] = [],
): Work<string> {
  let looked = 0;
  for (const { first, at } of present) {
    cut.at = at;
    cut.passLists(list);
    for (const end = cut.end(); cut.at < end;) {
      const day = cut.firstDay();
      const text = cut.run(first.named);
      if (text !== '') found.push({ id: first.id, day, text });
      if (++looked % A_PIECE === 0) yield A_PIECE;
    }
  }
  if (found.length < 2) return found[0]?.text ?? '';
  const ordered = yield* sorted(
    found,
    (a, b) => a.day - b.day || compared(rankIn(frame, a), rankIn(frame, b)),
  );
  let text = '';
  for (const [i, one] of ordered.entries()) {
    text = joined(text, one.text);
    if (i % A_PIECE === A_PIECE - 1) yield A_PIECE;
  }
  return text;
}

function compared(rank: number, other: number): number {
  return rank === other ? 0 : rank - other;
}

/** The place of a requirement in the edition that decides a day. */
function rankIn({ editions }: Frame, { id, day }: Told): number {
  const edition = editions.find(({ days }) => endOfRun(days, day) !== undefined);
  const rank = edition?.requirements.findIndex((one) => one.id === id) ?? -1;
  return rank < 0 ? Infinity : rank;
}
