import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { Run } from '@app/domain/values/written-run';
import { policyInWords, silenceInWords, voiceOf } from './voices';
import {
  dayInWords,
  daysInWords,
  disputedInWords,
  isOfRegister,
  isUnchecked,
  lengthOf,
  listed,
  MOST_STRETCHES,
  reasonOfGap,
  shifted,
  stretchesOf,
  toldInWords,
  UNCHECKED,
  type Stretch,
} from './words';

/*
 * One question under several policies, in a sentence that can be quoted: what each of them says, and beside it
 * what the register asks itself.
 *
 * `asked`, in each function, is the same answers as if every adviser who is named were engaged, in the same
 * order. Without them it is not told what a policy says of an adviser who is not engaged.
 */

/**
 * What each policy says, in the order of the answers, such as `The law: met. Public funding: says nothing of this
 * setting. Statutory guidance: as it asks until 14 March 2027, then not. The proposals of 2017: would not be met.`
 */
export function answersInWords(answers: readonly Answer[], asked = answers): string {
  return [policiesInWords(asked), ...butInWords(besideOf(answers, asked))].join(' ');
}

/** The same without what the register asks itself, which must stand beside it. */
export function policiesInWords(asked: readonly Answer[]): string {
  return asked.map((answer) => `${policyInWords(answer.policy)}: ${saidInWords(answer)}.`).join(' ');
}

/** What fails beside what the policies ask, in a sentence, if anything does. */
export function butInWords(beside: readonly RegisterGap[]): readonly string[] {
  return beside.length === 0 ? [] : [`But ${listed(beside.map(({ words }) => words))}.`];
}

/** What the policy of an answer says, in the form that follows its name; `stretches`: those of the answer. */
export function saidInWords(answer: Answer, stretches = stretchesOf(answer)): string {
  const unchecked = isUnchecked(answer) && stretches.some((one) => one.answer === 'yes');
  const disputed = stretches.some((one) => one.answer === 'unknown');
  return [
    daysToldInWords(answer, stretches),
    ...(unchecked ? [UNCHECKED] : []),
    ...(disputed ? ['as a dispute is open'] : []),
  ].join(', ');
}

function daysToldInWords(answer: Answer, stretches: readonly Stretch[]): string {
  const [first, then, ...more] = stretches;
  const voice = voiceOf(answer.policy);
  const silence = silenceInWords(answer.policy);
  if (first === undefined || more.length > 0) return toldInWords(stretches, voice);
  const words: Readonly<Record<Stretch['answer'], string>> = {
    yes: voice.yes,
    no: voice.no,
    unknown: 'undecided',
    unsaid: 'not told of an adviser who is not engaged',
    silent: silence.says,
  };
  if (then === undefined) return `${words[first.answer]}${first.answer === 'silent' ? ofWhat(answer) : ''}`;
  // “Not met until” some day would be understood as “met from that day on”.
  const end = first.answer === 'yes' ? `until ${dayInWords(first.until)}` : `before ${dayInWords(then.from)}`;
  const after = {
    ...words,
    silent: silence.then,
    no: first.answer === 'yes' ? voice.thenNo : voice.no,
  }[then.answer];
  return `${words[first.answer]} ${end}, then ${after}`;
}

/** Of what a policy says nothing: where an edition is in force, it is the setting that it lacks. */
function ofWhat({ policy, from, until }: Answer): string {
  if (policy.editions.length > 0) return ' of this setting';
  return from === until ? ' of that day' : ' of those days';
}

/** What the register asks itself and is not so on some days, or cannot be said to be. */
export interface RegisterGap {
  /** Whether the provider is open, or whether who is named is engaged. */
  readonly about: 'open' | 'engaged';
  /** In the form that follows “but”. */
  readonly words: string;
  /** Whether it is certain. */
  readonly isCertain: boolean;
  readonly evidence: readonly string[];
}

/** What fails of what the register asks of every question itself, once for all answers to one. */
export function besideOf(answers: readonly Answer[], asked = answers): readonly RegisterGap[] {
  const [first] = answers;
  if (first === undefined) return [];
  const open = answers.flatMap(({ uncertain }) => uncertain.filter(isOfRegister));
  const engaged = answers.flatMap((answer, i) => engagementInDoubt(answer, asked[i] ?? answer));
  return [
    ...closingsIn(answers),
    ...doubtful('open', open, evidenceOf(open)),
    ...first.advisers.flatMap((adviser) => notEngaged(adviser, answers)),
    ...doubtful('engaged', engaged, []),
  ];
}

/** A closing lasts: of several answers, each tells the days of which its policy says anything. */
function closingsIn(answers: readonly Answer[]): readonly RegisterGap[] {
  const all = answers.flatMap((answer) => answer.gaps.filter(isOfRegister).map((gap) => ({ answer, gap })));
  const [first] = all.toSorted((a, b) => (a.gap.from < b.gap.from ? -1 : 1));
  if (first === undefined) return [];
  const last =
    all
      .map(({ gap }) => gap.until)
      .sort()
      .at(-1) ?? first.gap.until;
  const days = { from: first.gap.from, until: last };
  return [
    {
      about: 'open',
      words: `${reasonOfGap(first.answer, first.gap)}, so that it is not open ${daysInWords(days)}`,
      isCertain: true,
      evidence: first.gap.evidence,
    },
  ];
}

function notEngaged(adviser: string, answers: readonly Answer[]): readonly RegisterGap[] {
  const missing = answers.flatMap(({ engaged, gaps }) => {
    const days = engaged.find((one) => one.adviser === adviser)?.days ?? [];
    return without(joined(gaps.filter(({ reason }) => reason === 'adviser-not-engaged')), days);
  });
  if (missing.length === 0) return [];
  const words = `${adviser} is not engaged by the provider ${allDaysInWords(missing)}`;
  return [{ about: 'engaged', words, isCertain: true, evidence: [] }];
}

function doubtful(
  about: RegisterGap['about'],
  days: readonly Run[],
  evidence: readonly string[],
): readonly RegisterGap[] {
  if (days.length === 0) return [];
  const what = about === 'open' ? 'the provider is open' : 'each adviser who is named is engaged';
  const words = `it cannot be said ${allDaysInWords(days)} whether ${what}, because ${disputedInWords(evidence)}`;
  return [{ about, words, isCertain: false, evidence }];
}

/** The days on which something is uncertain, and nothing would be if all who are named were engaged. */
function engagementInDoubt(answer: Answer, asked: Answer): readonly Run[] {
  const doubts = answer.uncertain.filter((doubt) => !isOfRegister(doubt));
  return answer === asked ? [] : without(joined(doubts), joined(asked.uncertain));
}

function evidenceOf(runs: readonly { readonly evidence: readonly string[] }[]): readonly string[] {
  return [...new Set(runs.flatMap(({ evidence }) => evidence))];
}

/** Some days, or how many they are where they are too many to be told. */
function allDaysInWords(runs: readonly Run[]): string {
  const days = joined(runs);
  if (days.length <= MOST_STRETCHES) return listed(days.map(daysInWords));
  return `on ${days.reduce((sum, run) => sum + lengthOf(run), 0)} of those days`;
}

/** Runs in order, those that touch or overlap as one. */
function joined(runs: readonly Run[]): readonly Run[] {
  const done: Run[] = [];
  for (const { from, until } of runs.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = done.at(-1);
    if (last !== undefined && (from <= last.until || from === shifted(last.until, 1)))
      done[done.length - 1] = { from: last.from, until: last.until < until ? until : last.until };
    else done.push({ from, until });
  }
  return done;
}

/** The days of some runs that are none of the days of others. Both are in order and do not overlap. */
function without(runs: readonly Run[], others: readonly Run[]): readonly Run[] {
  const left: Run[] = [];
  let next = 0;
  for (const { from, until } of runs) {
    let begin = from;
    while (next < others.length && (others[next]?.until ?? '') < from) next++;
    for (let i = next; begin <= until; i++) {
      const other = others[i];
      if (other === undefined || other.from > until) {
        left.push({ from: begin, until });
        break;
      }
      if (other.from > begin) left.push({ from: begin, until: shifted(other.from, -1) });
      if (other.until >= until) break;
      begin = shifted(other.until, 1);
    }
  }
  return left;
}
