import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { QuestionResult } from '@app/application/asking/ask-many';
import type { CellError } from './cells';
import { inert } from './inert';

const WHOLE = [
  'outcome',
  'eligibleUntil',
  'gapFrom',
  'gapUntil',
  'requirement',
  'reason',
  'gaps',
  'registeredName',
  'knownAtPosition',
  'problem',
] as const;
const BRIEF = ['outcome', 'eligibleUntil', 'problem'] as const;

type Column = (typeof WHOLE)[number];
type Cells = Readonly<Partial<Record<Column, string | null>>>;

/** The columns in which the answers of a table are, and what they hold. */
export interface AnswerColumns {
  readonly names: readonly string[];
  /**
   * The cells of an answer, one for each name. Of the days that are not covered they have the first ones, and
   * why, and all in one cell. A problem stands under every policy; a policy under which the question was not
   * asked leaves its cells empty.
   */
  cells(answer: QuestionResult): readonly string[];
}

/**
 * The columns of answers. `policies`: where several are asked, each column stands once for each of them, one
 * beside the other, as `outcome.<id>`.
 */
export function answerColumns(brief: boolean, policies: readonly string[] | undefined): AnswerColumns {
  const columns: readonly Column[] = brief ? BRIEF : WHOLE;
  const added = columns.flatMap((column) => (policies ?? [undefined]).map((policy) => ({ column, policy })));
  return {
    names: added.map(({ column, policy }) => (policy === undefined ? column : `${column}.${policy}`)),
    cells(answer) {
      const under = cellsIn(answer);
      return added.map(({ column, policy }) => under(policy)?.[column] ?? '');
    },
  };
}

/**
 * The number of columns at the end that hold the answers of an earlier run, under whichever policies it was
 * asked: all of them, in their order. `isUsed`: whether a question is made from a column, which is the asker’s
 * own then.
 */
export function answersAtEnd(columns: readonly string[], isUsed: (column: number) => boolean): number {
  const several = policiesAtEnd(columns);
  for (const policies of [undefined, several])
    for (const brief of [false, true]) {
      const { names } = answerColumns(brief, policies);
      const first = columns.length - names.length;
      if (first >= 0 && names.every((name, i) => columns[first + i] === name && !isUsed(first + i)))
        return names.length;
    }
  return 0;
}

const LAST = 'problem.';

/** The policies of answers at the end, if there are any: the last column stands there once for each. */
function policiesAtEnd(columns: readonly string[]): readonly string[] {
  const first = columns.findLastIndex((name) => !name.startsWith(LAST)) + 1;
  return columns.slice(first).map((name) => name.slice(LAST.length));
}

/** The parts of a whole answer that have columns of their own. */
interface Told {
  readonly outcome: string;
  readonly eligibleUntil: string | null;
  readonly provider: { readonly name: string | null };
  readonly knownAt: { readonly position: string };
  readonly gaps: readonly {
    readonly from: string;
    readonly until: string;
    readonly requirement: string;
    readonly reason: string;
  }[];
}

/** The cells of an answer by policy; undefined of one under which the question was not asked. */
function cellsIn(answer: QuestionResult): (policy: string | undefined) => Cells | undefined {
  if (isRefusal(answer)) {
    const problem = { problem: problemIn(answer) };
    return () => problem;
  }
  if ('answers' in answer) {
    const cells = new Map(answer.answers.map((one) => [one.policy.id, cellsOf(one)]));
    return (policy) => cells.get(policy ?? '');
  }
  const cells = cellsOf(answer);
  return () => cells;
}

function cellsOf(answer: { readonly text: string } | Pick<Told, 'outcome' | 'eligibleUntil'>): Cells {
  if (!('text' in answer)) return { outcome: answer.outcome, eligibleUntil: answer.eligibleUntil };
  const { outcome, eligibleUntil, provider, knownAt, gaps } = JSON.parse(answer.text) as Told;
  const [gap] = gaps;
  return {
    outcome,
    eligibleUntil,
    ...(gap
      ? {
          gapFrom: gap.from,
          gapUntil: gap.until,
          requirement: gap.requirement,
          reason: gap.reason,
          gaps: gaps.map(gapInACell).join('; '),
        }
      : {}),
    registeredName: provider.name && inert(provider.name),
    knownAtPosition: knownAt.position,
  };
}

function gapInACell({ from, until, requirement, reason }: Told['gaps'][number]): string {
  return `${from}/${until} ${requirement} ${reason}`;
}

/** What is wrong with each field: the column, its cell, and how to correct it. */
function problemIn({ code, detail, errors = [] }: Refusal): string {
  const said = errors.map((error: CellError) => {
    const where = error.column ?? error.pointer.slice(1);
    const value = error.value === undefined || error.value === '' ? '' : ` (${error.value})`;
    return where === '' ? error.detail : `${where}${value}: ${error.detail}`;
  });
  return `${code}: ${said.length > 0 ? [...new Set(said)].join('; ') : detail}`;
}
