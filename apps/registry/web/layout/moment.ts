import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { FindPosition } from '@app/application/reading/moment';
import type { Refusal } from '@app/domain/values/problem';
import type { QueryBus } from '@nestjs/cqrs';
import type { TypedMoment } from '@app/http-contract/typed-day';

/**
 * The typed moment of knowledge as a question names it: the end of a day or minute or, if that has not come
 * yet, the present. Refused if not even its beginning has come.
 */
export async function knownAtOf(
  queries: QueryBus,
  moment: TypedMoment | undefined,
): Promise<{ readonly knownAt: string | undefined } | Refusal> {
  if (moment === undefined) return { knownAt: undefined };
  if ('knownAt' in moment) return moment;
  if (!isRefusal(await queries.execute(new FindPosition({ knownAt: moment.until }))))
    return { knownAt: moment.until };
  const begun = await queries.execute(new FindPosition({ knownAt: moment.from }));
  return isRefusal(begun) ? begun : { knownAt: undefined };
}

/** The message for a moment that the register has not reached. */
export function notReached(typed: string): string {
  const [, position, digits] = /^([0-9]+)(?:-([0-9a-f]+))?$/.exec(typed) ?? [];
  if (digits !== undefined)
    return `The register has no event ${position}. Where it was there before, the register was restored from a backup since, or this is another register: leave this out to ask as known now, and what you keep of that event will differ`;
  return position !== undefined
    ? `The register has no event ${position} yet: give the number of one that there is, or leave this out to ask as known now`
    : 'That moment has not come yet: give an earlier one, or leave this out to ask as known now';
}
