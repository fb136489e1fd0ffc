import { dayOf, formatDay, type Day } from '../../values/day';
import { POLICY_IN_FORCE } from '../../subjects/policy-document';
import { nameAmong } from '../../subjects/provider';
import { endOfRun, difference, intersection, meet, span, type Days } from '../../values/timeline';
import { A_PIECE, finished, type Work } from '../../values/work';
import { EVALUATOR, momentOf, type Answer, type MomentOfAnswer } from './answer-shape';
import { warningsOn } from './answer-warnings';
import { type Cause } from './reason';
import { verdictOf, type Outcome, type Question, type ResolvedQuestion } from './resolved-question';
import { standingOn, type Participation, type Standing } from './standing';
import { presentIn, toldInOrder } from './told-requirements';
import { toldBetween, toldGaps } from './told-runs';

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
  const { text } = yield* writtenAnswer(standing, question, momentOf(known, recordedAt));
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
  standing: Standing,
  { setting, policy, from, until }: Window,
  knownAt: MomentOfAnswer,
): Work<AnswerText> {
  const { said, named, school, requirements, editions } = standing;
  const window = span(from, until);
  const { outcome, eligibleUntil } = verdictOf(said, from, until);
  const name = nameAmong(standing.names, knownAt.today === null ? -Infinity : dayOf(knownAt.today));
  const must = presentIn(requirements.must, from, until);
  const all = requirements.all === requirements.must ? must : presentIn(requirements.all, from, until);
  const encouraged = presentIn(requirements.encouraged, from, until);
  const rankOf = (id: string, day: Day) => rankIn(standing, id, day);
  const gaps = must.map(({ told: { id, gaps: runs } }) => ({ id, runs }));
  const unruled = difference(window, said.ruled);
  const silent: Cause = { reason: 'no-policy-in-force', days: unruled, evidence: [] };
  if (unruled.length > 0) gaps.unshift({ id: POLICY_IN_FORCE, runs: yield* toldGaps([silent], true) });
  const doubts = must.map(({ told: { id, uncertain: runs } }) => ({ id, runs }));
  const advice = encouraged.map(({ told: { id, gaps: runs } }) => ({ id, runs }));
  const text = `{"provider":{"key":${JSON.stringify(standing.provider)},"name":${JSON.stringify(name)}}\
,"setting":${JSON.stringify(setting)},"from":"${formatDay(from)}","until":"${formatDay(until)}"\
,"advisers":${JSON.stringify(named)}${school === undefined ? '' : `,"school":${JSON.stringify(school)}`}\
,"knownAt":${JSON.stringify(knownAt)}\
,"policy":{"id":${JSON.stringify(policy)},"editions":[${editionsIn(editions, window)}]}\
,"evaluator":"${EVALUATOR}","outcome":"${outcome}","eligibleUntil":${JSON.stringify(eligibleUntil)}\
,"covered":[${yield* daysBetween(said.certain, from, until)}]\
,"gaps":[${yield* toldInOrder(gaps, from, until, rankOf)}]\
,"uncertain":[${yield* toldInOrder(doubts, from, until, rankOf)}]\
,"requirements":[${yield* requirementsBetween(all, from, until)}]\
,"engaged":[${yield* participantsBetween('adviser', standing.engaged, window)}]\
,"subcontractors":[${yield* participantsBetween('provider', standing.subcontractors, window)}]\
,"advice":[${yield* toldInOrder(advice, from, until, rankOf)}]\
,"warnings":${JSON.stringify(warningsOn(standing.warnings, window))}}`;
  return { text, outcome };
}

/** The editions that decide a day of a window. */
function editionsIn(editions: Standing['editions'], window: Days): string {
  let text = '';
  for (const { days, told } of editions) if (meet(days, window)) text += (text === '' ? '' : ',') + told;
  return text;
}

/** The runs of some days that lie in `from`–`until`. */
function* daysBetween(days: Days, from: Day, until: Day): Work<string> {
  const left = intersection(days, span(from, until));
  let text = '';
  for (let i = 0; i < left.length; i += 2) {
    text += `${i === 0 ? '' : ','}{"from":"${formatDay(left[i] ?? NaN)}","until":"${formatDay(left[i + 1] ?? NaN)}"}`;
    if (i % (2 * A_PIECE) === 2 * A_PIECE - 2) yield A_PIECE;
  }
  return text;
}

/** Each requirement as the answer tells it. */
function* requirementsBetween(present: ReturnType<typeof presentIn>, from: Day, until: Day): Work<string> {
  let text = '';
  for (const { told, first } of present) {
    text += `${text === '' ? '' : ','}${first.intro}\
,"covered":[${yield* daysBetween(told.covered, from, until)}]\
,"gaps":[${yield* toldBetween(told.gaps, from, until)}]\
,"uncertain":[${yield* toldBetween(told.uncertain, from, until)}]\
${first.isGrounded ? `,"grounds":[${yield* toldBetween(told.grounds, from, until)}]` : ''}}`;
  }
  return text;
}

/** Those who take part on a day of a window, with where they fail on its days, and what the others rest on. */
function* participantsBetween(
  as: 'adviser' | 'provider',
  { asked, each }: Participation,
  window: Days,
): Work<string> {
  if (!meet(asked, window)) return '';
  const [from = NaN, until = NaN] = window;
  let text = '';
  let looked = 0;
  for (const { key, days, gaps, grounds } of each) {
    if (++looked % A_PIECE === 0) yield A_PIECE;
    if (!meet(days, window)) continue;
    text += `${text === '' ? '' : ','}{"${as}":${JSON.stringify(key)}\
,"days":[${yield* daysBetween(days, from, until)}]\
,"gaps":[${yield* toldBetween(gaps, from, until)}]\
,"grounds":[${yield* toldBetween(grounds, from, until)}]}`;
  }
  return text;
}

/** The place of a requirement in the edition that decides a day. */
function rankIn({ editions }: Standing, id: string, day: Day): number {
  const edition = editions.find(({ days }) => endOfRun(days, day) !== undefined);
  const rank = edition?.requirements.findIndex((one) => one.id === id) ?? -1;
  return rank < 0 ? Infinity : rank;
}
