import { FindPosition } from '@app/application/moment';
import type { Refusal } from '@app/domain/problem';
import type { QueryBus } from '@nestjs/cqrs';
import type { TypedMoment } from '@app/application/typed-day';

/**
 * The moment of knowledge that was typed, as a question names it: of a day or a minute its end, or, where that has not come yet, the
 * present. Refused where not even its beginning has come.
 */
export async function knownAtOf(
  queries: QueryBus,
  moment: TypedMoment | undefined,
): Promise<{ readonly knownAt: string | undefined } | Refusal> {
  if (moment === undefined) return { knownAt: undefined };
  if ('knownAt' in moment) return moment;
  if (!('code' in (await queries.execute(new FindPosition({ knownAt: moment.until })))))
    return { knownAt: moment.until };
  const begun = await queries.execute(new FindPosition({ knownAt: moment.from }));
  return 'code' in begun ? begun : { knownAt: undefined };
}

/** What is said of a moment that the register has not reached. */
export function notReached(typed: string): string {
  return /^[0-9]+(?:-[0-9a-f]+)?$/.test(typed)
    ? `The register has no event ${typed} yet: give the number of one that there is, or leave this out to ask as known now`
    : 'That moment has not come yet: give an earlier one, or leave this out to ask as known now';
}
