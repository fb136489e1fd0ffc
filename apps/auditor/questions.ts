import { parseDay } from '@app/domain/values/day';
import { ADVISER_KEY, PROVIDER_KEY } from '@app/domain/values/keys';
import type { Asked } from '@app/read-model/answers/asked-question';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';

/** The policy of a question that names none, as a register has it unless its operator chose another. */
const USUAL_POLICY = 'cmqa-2017';
const MOST_ADVISERS = 50;

/** The days of a question, as options say them. */
export interface DayOptions {
  readonly on?: string;
  readonly from?: string;
  readonly until?: string;
}

/** A question, as options say it. */
export interface QuestionOptions extends DayOptions {
  readonly provider: string;
  readonly setting: string;
  readonly adviser: readonly string[];
  readonly school?: string;
  /** Ids of policies, or `all`. */
  readonly policy: readonly string[];
}

/** The question that options ask. Ends the program if a key or a day has not the form of one. */
export function questionIn({ provider, setting, adviser, school, policy, ...days }: QuestionOptions): Asked {
  formOf('--provider', provider, PROVIDER_KEY);
  for (const one of adviser) formOf('--adviser', one, ADVISER_KEY);
  if (adviser.length > MOST_ADVISERS)
    throw new AuditEnd(AUDITOR_EXIT.usage, `Name at most ${MOST_ADVISERS} advisers in one question`);
  if (school !== undefined) formOf('--school', school, PROVIDER_KEY);
  const [only = USUAL_POLICY] = policy;
  return {
    provider,
    setting,
    policy: policy.length > 1 ? policy : only,
    advisers: adviser,
    school,
    ...daysIn(days),
  };
}

/** Ends the program if these are no days of a question. */
export function daysIn({ on, from, until }: DayOptions): DayOptions {
  for (const [name, text] of Object.entries({ on, from, until }))
    if (text !== undefined && parseDay(text) === undefined)
      throw new AuditEnd(AUDITOR_EXIT.usage, `--${name} ${text}: give a day that exists, such as 2026-09-01`);
  if (
    on !== undefined
      ? from !== undefined || until !== undefined
      : (from === undefined) !== (until === undefined)
  )
    throw new AuditEnd(AUDITOR_EXIT.usage, 'Give either --on, or both --from and --until, or none of them');
  return {
    ...(on === undefined ? {} : { on }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Ends the program if a key has not the form of one. */
export function formOf(
  option: string,
  key: string,
  { pattern, description }: { readonly pattern: string; readonly description: string },
): void {
  if (!new RegExp(pattern).test(key))
    throw new AuditEnd(AUDITOR_EXIT.usage, `${option} ${key} is no key. ${description}`);
}
