import { problemPage } from '@app/http-contract/problem/problems';
import { readableNumber } from '@app/terminal/progress';
import { type Effects } from './effects-in-words';
import { FALLEN } from './deeds';
import { mendOf, type UploadFault, type UploadItem } from '../upload/upload-source';
import { type Taken, type Warned } from '../upload/upload';
import { Warnings } from './warnings';

/** So many of those that are refused are shown. */
const SHOWN = 5;

/** So many are told as JSON, of those that are refused and of the warnings. */
const TOLD = 1_000;

/** What became of all. */
export class PostTally {
  accepted = 0;
  there = 0;
  /** What stood already and counts no more: it was retracted, or a dispute of it upheld. */
  fallen = 0;
  refused = 0;
  last = -1;
  /** The first of those that are refused, to be shown. */
  readonly first: string[] = [];
  /** The codes of all of them. */
  readonly codes = new Set<string>();
  /** The first of each, as JSON tells it. */
  readonly rejected: object[] = [];
  readonly warnings = new Warnings();

  refuse(item: UploadItem, fault: UploadFault): void {
    this.refused++;
    this.codes.add(fault.code);
    if (this.first.length < SHOWN) this.first.push(refusedInWords(item, fault));
    if (this.rejected.length < TOLD) {
      const { code, detail, errors } = fault;
      this.rejected.push({ line: item.line, code, detail, ...(errors ? { errors } : {}) });
    }
  }

  /** `head`: where the log ended before anything was sent. */
  take(item: UploadItem, { position, warnings }: Taken, head: number): void {
    const at = Number(position);
    if (at > head && at > this.last) this.accepted++;
    else if (isFallen(warnings)) this.fallen++;
    else this.there++;
    this.last = Math.max(this.last, at);
    this.warn(item, warnings);
  }

  warn({ line }: UploadItem, warnings: readonly Warned[]): void {
    this.warnings.add(
      line,
      warnings.filter(({ code }) => !FALLEN.includes(code)),
    );
  }
}

export function isFallen(warnings: readonly Warned[]): boolean {
  return warnings.some(({ code }) => FALLEN.includes(code));
}

function refusedInWords({ line }: UploadItem, fault: UploadFault): string {
  return `  line ${line}: ${fault.code}. ${mendOf(fault)}`;
}

/** How to go on after a posting some of which is refused: rows are corrected where their form is wrong, else as the rule says. */
export function goOnInWords(codes: ReadonlySet<string>, problems: string): readonly string[] {
  const rules = [...codes].filter((code) => !FORMS.includes(code));
  return [
    ...(rules.length < codes.size ? [`Correct the rows in ${problems} whose form is wrong.`] : []),
    ...rules.flatMap((code) => {
      const mend = problemPage(code)?.page.mend;
      return mend === undefined ? [] : [`${code}: ${mend.replaceAll('`', '')}`];
    }),
    ...(rules.some((code) => OF_WHAT_STANDS.includes(code))
      ? [
          'What stands already is passed over where it comes from the same source with the same ids: if this file had another name before, say --source as it was then.',
        ]
      : []),
    `Then post ${problems} with the same options: the ids in it are free.`,
  ];
}

/** The codes of what may have been posted before, under another source. */
const OF_WHAT_STANDS = ['overlapping-award', 'already-registered'];

/** The codes of what no register could take. */
const FORMS = ['malformed', 'invalid-event'];

interface Telling {
  readonly beside: string;
  readonly problems: string | undefined;
  readonly dryRun: boolean;
  /** What stands before numbers that may be higher by what was sent and not answered. */
  readonly least: string;
}

export function endInWords(tally: PostTally, { beside, problems, dryRun, least }: Telling): string {
  const { accepted, there, fallen, refused, last, first } = tally;
  const lines = [
    `${dryRun ? 'would be accepted' : 'accepted'}: ${least}${readableNumber(accepted)}`,
    `there already: ${least}${readableNumber(there)}`,
    ...(fallen === 0
      ? []
      : [`not taken, retracted before: ${readableNumber(fallen)} (give new ids, or retract the retraction)`]),
    `refused: ${least}${readableNumber(refused)}`,
    ...first,
    ...(refused > first.length && first.length > 0
      ? [`  and ${readableNumber(refused - first.length)} more`]
      : []),
    ...tally.warnings.inWords(dryRun ? 'would be taken' : 'taken', beside),
    ...(last < 0 ? [] : [`last position: ${last}`]),
    ...(problems === undefined ? [] : [`problems: ${problems}`]),
  ];
  return `${lines.join('\n')}\n`;
}

export function endAsJson(
  tally: PostTally,
  problems: string | undefined,
  effects: Effects | null | undefined,
): object {
  const { accepted, there, fallen, refused, rejected, warnings, last } = tally;
  return {
    accepted,
    duplicates: there,
    retracted: fallen,
    refused,
    rejected,
    warned: warnings.rows,
    warnings: warnings.first(TOLD),
    lastPosition: last < 0 ? null : String(last),
    problems: problems ?? null,
    ...(effects === undefined ? {} : { effects }),
  };
}
