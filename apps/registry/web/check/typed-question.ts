import { type ShownFaults, faultsOf } from './front-faults';
import { questionOf } from '@app/http-contract/request/question-pipe';
import type { Asked } from '@app/read-model/answers/asked-question';
import { policiesIn } from '@app/http-contract/routes/eligibility';
import { PageQuestion } from '@app/http-contract/routes/pages';
import { Refused } from '@app/http-contract/problem/refusal-error';
import { FIELDS, type FormFault, type Field, type Typed } from './form-fields';
import { keysTyped } from '@app/http-contract/typed';
import { typedDay, typedMoment, type TypedMoment } from '@app/http-contract/typed-day';

export type Given = Readonly<Partial<Record<Field, string | readonly string[]>>>;

/** A question whose moment of knowledge is still to be read. */
export interface TypedQuestion {
  readonly question: PageQuestion;
  readonly moment: TypedMoment | undefined;
}

/** What was typed, to be shown again. */
export function typedIn(given: Given): Typed {
  const typed = (name: Field) => [given[name] ?? ''].flat().join(' ').trim();
  return {
    provider: typed('provider'),
    setting: typed('setting'),
    from: typed('from'),
    until: typed('until'),
    school: typed('school'),
    policy: typed('policy'),
    adviser: typed('adviser'),
    knownAt: typed('knownAt'),
  };
}

/** The same with its days as a field for days shows them. */
export function rewritten(typed: Typed): Typed {
  const day = (text: string) => {
    const read = typedDay(text);
    return 'day' in read ? read.day : text;
  };
  return { ...typed, from: day(typed.from), until: day(typed.until) };
}

/** The question of an address. A form sends every field: those left empty are not asked. */
export function questionTyped(
  given: Given,
  faults: ShownFaults['faults'],
): TypedQuestion | Pick<ShownFaults, 'faults'> {
  const wrong: FormFault[] = [...faults];
  const asked: Record<string, string | readonly string[]> = {};
  let moment: TypedQuestion['moment'];
  for (const [name, value] of Object.entries(given) as [Field, string | readonly string[]][]) {
    const words = typeof value === 'string' ? value.trim() : value;
    if (words.length === 0 || wrong.some(({ field }) => field === name)) continue;
    if (name === 'adviser' || name === 'policy') {
      const keys = [words].flat().flatMap((one) => one.split(/[\s,;]+/).filter(Boolean));
      if (keys.length > 0) asked[name] = [...new Set(keys)];
    } else if (typeof words !== 'string') asked[name] = words;
    else if (name === 'from' || name === 'until') {
      const read = typedDay(words);
      if ('day' in read) asked[name] = read.day;
      else wrong.push({ field: name, detail: read.fault });
    } else if (name === 'school') {
      const key = schoolTyped(words);
      if (key === undefined) wrong.push({ field: name, detail: NO_SCHOOL });
      else asked[name] = key;
    } else if (name === 'knownAt') {
      const read = typedMoment(words);
      if ('fault' in read) wrong.push({ field: name, detail: read.fault });
      else moment = read;
    } else asked[name] = words;
  }
  try {
    const question = questionOf(PageQuestion, asked);
    return wrong.length > 0 ? { faults: inOrder(wrong) } : { question, moment };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const more = faultsOf(error.refusal, typedIn(given)).faults.filter(
      ({ field }) => !wrong.some((one) => one.field === field),
    );
    return { faults: inOrder([...wrong, ...more]) };
  }
}

const NO_SCHOOL =
  'Write the URN of the school, which is six digits, or its key, like urn:123456: schools are not found by name here';

/** The key that a typed number means: of a school where it may be one, else what alone it may be. */
function schoolTyped(text: string): string | undefined {
  const keys = keysTyped(text)?.map(({ key }) => key) ?? [];
  return keys.find((key) => key.startsWith('urn:')) ?? (keys.length === 1 ? keys[0] : undefined);
}

/** The word that asks under every policy. */
export const ALL_POLICIES = 'all';

/** The policies under which a page asks, as an address names them: every one where none is named. */
export function policiesOf({ policy = [] }: PageQuestion): string | readonly string[] {
  return policy.length === 0 || policy.includes(ALL_POLICIES) ? ALL_POLICIES : policiesIn(policy);
}

/** The question of a page about a provider, whose key may be other than what was typed. */
export function askedOf(provider: string, question: PageQuestion): Asked {
  const { setting, from, until, adviser = [], school } = question;
  const days = from === undefined || until === undefined ? { on: from ?? until } : { from, until };
  return { provider, setting, policy: policiesOf(question), advisers: adviser, school, ...days };
}

function inOrder(faults: readonly FormFault[]): readonly FormFault[] {
  const place = ({ field }: FormFault) => (field === undefined ? -1 : FIELDS.indexOf(field));
  return faults.toSorted((a, b) => place(a) - place(b));
}
