import { invalidQuestion, type Refusal } from '@app/domain/values/problem';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import {
  ArrayMaxSize,
  getMetadataStorage,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  ValidateBy,
  validateSync,
  ValidationTypes,
  type ValidationArguments,
  type ValidationError,
} from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import { parseDay } from '@app/domain/values/day';
import { EVENTS, type EventType } from '@app/domain/log/event-catalogue';
import {
  ADVISER_KEY,
  ANY_KEY,
  BODY_KEY,
  CODE,
  LONGEST_NAME,
  nameFault,
  PROVIDER_KEY,
} from '@app/domain/values/keys';
import { insteadOf } from '@app/domain/values/resemblance';
import { isMoment, POSITION, POSITION_OR_START } from '@app/read-model/as-of';
import { Refused } from './problem/refusal-error';
import { DAY_FORMS, type DayForm } from '@app/tables/days';

/** A class of what may be asked: a flat list of parameters, their rules its decorators. */
type QuestionClass<T extends object> = new () => T;

/** Checks what a request asks in its path and query, and refuses what nothing knows of: a typing mistake must not change a question. */
export class QuestionPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    return (type === 'query' || type === 'param') && metatype
      ? questionOf(metatype as QuestionClass<object>, value)
      : value;
  }
}

/** What was sent as a question of its type; of a parameter that may repeat, one alone is a list of one. Throws {@link Refused}. */
export function questionOf<T extends object>(type: QuestionClass<T>, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refused({ code: 'invalid-question', detail: 'Send a JSON object' });
  }
  refuseInherited(value);
  refuseNulls(value);
  const { lists, checks } = rulesOf(type);
  const sent: Record<string, unknown> = { ...value };
  for (const name of lists) if (sent[name] !== undefined) sent[name] = [sent[name]].flat();
  // A plain object does for whoever reads the parameters out of it.
  if (fits(sent, checks)) return sent as T;
  const question = Object.assign(new type(), sent);
  const errors = validateSync(question, {
    whitelist: true,
    forbidNonWhitelisted: true,
    // A question without parameters has no rules, and refuses every parameter.
    forbidUnknownValues: false,
  });
  if (errors.length > 0) throw new Refused(refusalOf(errors, [...checks.keys()]));
  return question;
}

type Check = (value: unknown) => boolean;

interface Rules {
  /** The parameters that may repeat. */
  readonly lists: readonly string[];
  /** By parameter, whether a value is as all of its decorators want it. */
  readonly checks: ReadonlyMap<string, Check>;
}

const RULES = new Map<unknown, Rules>();

/**
 * The rules of a class, read once from its decorators: class-validator gathers them anew for every value, which costs
 * more than all else that an answer takes. It still says what is wrong of whatever does not fit.
 */
function rulesOf(type: QuestionClass<object>): Rules {
  const known = RULES.get(type);
  if (known) return known;
  const declared = Map.groupBy(
    getMetadataStorage().getTargetValidationMetadatas(type, '', true, false),
    ({ propertyName }) => propertyName,
  );
  const rules: Rules = {
    lists: [...declared].flatMap(([name, its]) => (its.some(({ each }) => each) ? [name] : [])),
    checks: new Map([...declared].map(([name, its]) => [name, checkOf(type, its)])),
  };
  RULES.set(type, rules);
  return rules;
}

function checkOf(type: QuestionClass<object>, declared: readonly ValidationMetadata[]): Check {
  const optional = declared.some(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);
  const checks = declared
    .filter(({ type }) => type === ValidationTypes.CUSTOM_VALIDATION)
    .flatMap(({ constraintCls, constraints, propertyName, each }) => {
      const args = { constraints, property: propertyName, targetName: type.name, object: {} };
      return getMetadataStorage()
        .getTargetValidatorConstraints(constraintCls)
        .map(({ instance }): Check => {
          const check: Check = (value) =>
            instance.validate(value, { ...args, value } satisfies ValidationArguments) === true;
          return each ? (value) => Array.isArray(value) && value.every(check) : check;
        });
    });
  return (value) => (optional && (value === undefined || value === null)) || checks.every((is) => is(value));
}

/** Whether what was sent is as it should be: never where class-validator would find anything wrong. */
function fits(sent: Readonly<Record<string, unknown>>, checks: Rules['checks']): boolean {
  for (const name in sent) if (!checks.has(name)) return false;
  for (const [name, is] of checks) if (!is(sent[name])) return false;
  return true;
}

/** Names that every object has, such as `constructor`, would be passed over in silence. */
function refuseInherited(value: unknown): void {
  const names = Object.keys(Object(value) as object).filter((name) => name in Object.prototype);
  if (names.length > 0)
    throw new Refused(
      refusalOf(names.map((property) => ({ property, constraints: { whitelistValidation: '' } }))),
    );
}

/** A program that has no value for a member leaves it out: what it means by `null` nobody can tell. */
function refuseNulls(value: object): void {
  if (!Object.values(value).includes(null)) return;
  const names = Object.entries(value).flatMap(([name, member]) => (member === null ? [name] : []));
  const constraints = { isNull: 'null is no value: leave it out' };
  throw new Refused(refusalOf(names.map((property) => ({ property, constraints }))));
}

/** `parameters`: those that there are, where one that there is not may have been meant for one of them. */
function refusalOf(errors: readonly ValidationError[], parameters: readonly string[] = []): Refusal {
  const isOfTable = parameters.includes('map');
  return invalidQuestion(
    errors.map(({ property, constraints }) => ({
      pointer: `/${property}`,
      code: 'invalid-question',
      detail:
        constraints?.['whitelistValidation'] === undefined
          ? (Object.values(constraints ?? {})[0] ?? 'Wrong value')
          : `There is no such parameter: ${insteadOf(property, parameters, isOfTable ? mapped(property) : undefined)}`,
    })),
  );
}

/** How a table says what a parameter says of one question or event. */
function mapped(parameter: string): string {
  const field = parameter === 'adviser' ? 'advisers' : parameter;
  return `or say of all rows of a table what it says as map=${field}=…`;
}

/** The pattern of a key, and what is said of one that does not fit it. */
function said({
  pattern,
  description,
}: {
  readonly pattern: string;
  readonly description: string;
}): [RegExp, { message: string }] {
  return [new RegExp(pattern), { message: description }];
}

function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) => typeof value === 'string' && parseDay(value) !== undefined,
      defaultMessage: () => 'A day is written YYYY-MM-DD, from 1900-01-01 to 9999-12-31',
    },
  });
}

/** A position or an RFC 3339 instant, said to people. */
function IsMoment(): PropertyDecorator {
  return ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value) => typeof value === 'string' && isMoment(value),
      defaultMessage: () => 'Give a position, such as 4182, or a moment, such as 2026-09-01T12:00:00Z',
    },
  });
}

/** How many are wanted at the most: a number from 1, without leading zeros. */
function IsLimit(most: number): PropertyDecorator {
  return ValidateBy({
    name: 'isLimit',
    constraints: [most],
    validator: {
      validate: (value) => typeof value === 'string' && /^[1-9][0-9]*$/.test(value) && Number(value) <= most,
      defaultMessage: () => `$property is a number from 1 to ${most}`,
    },
  });
}

function IsTrueOrFalse(): PropertyDecorator {
  return IsIn(['true', 'false'], { message: '$property is true or false' });
}

/** A text of which the same is asked as of a name (specification, section 3). */
function IsLikeName(most: number): PropertyDecorator {
  return ValidateBy({
    name: 'isLikeName',
    validator: {
      validate: (value) => typeof value === 'string' && nameFault(value, most) === undefined,
      defaultMessage: (of) => {
        const sent: unknown = of?.value;
        return (
          (typeof sent === 'string' ? nameFault(sent, most) : undefined) ??
          `$property is a text of 1–${most} characters`
        );
      },
    },
  });
}

/** So many characters has a contact at the most. */
export const LONGEST_CONTACT = 500;

/** What can be searched for: more than spaces. */
const SEARCHABLE = /^(?=[^]*\S)[^]{1,200}$/u;

const A_KEY = new RegExp(ANY_KEY.anyOf.map(({ pattern }) => pattern).join('|'));
const SOURCE = /^[!-~]{1,256}$/;
const SOURCE_SAID = 'source is a URI reference of at most 256 printable ASCII characters, as it was posted';

/** Of a table: where a field comes from, which column is left out, and in which form its days are. */
const MAP = /^[A-Za-z]+=[^]{0,1000}$/;
const MAP_SAID =
  'map is the name of a field, =, and a text of at most 1,000 characters in which {Column} stands for a cell';
const IGNORE = /^[^]{1,1000}$/;
const IGNORE_SAID = 'ignore is the name of a column, or * for all from which nothing comes';
const DATES_SAID =
  'dates is iso (days like 2026-02-28) or dmy (day first, like 28/02/2026); both are read without it';

export class AtLeast {
  @IsOptional() @IsString() readonly atLeast?: string;
}

export class AsKnown extends AtLeast {
  @IsOptional() @IsString() readonly knownAt?: string;
}

/** So many advisers may be named in one question (specification, section 7). */
export const MOST_ADVISERS = 50;
export const TOO_MANY_ADVISERS = `At most ${MOST_ADVISERS} advisers are asked about at once: name those who are to come, or ask in several questions`;

export class EligibilityQuestion extends AsKnown {
  @Matches(...said(CODE)) readonly setting!: string;
  @IsOptional() @IsString() readonly on?: string;
  @IsOptional() @IsString() readonly from?: string;
  @IsOptional() @IsString() readonly until?: string;
  @IsOptional()
  @Matches(said(ADVISER_KEY)[0], { ...said(ADVISER_KEY)[1], each: true })
  @ArrayMaxSize(MOST_ADVISERS, { message: TOO_MANY_ADVISERS })
  readonly adviser?: string[];
  @IsOptional() @Matches(...said(CODE)) readonly policy?: string;
  @IsOptional() @IsTrueOrFalse() readonly route?: string;
}

/** The main question as a page asks it, which says what is wrong to people: of a provider by its name or its key. */
export class PageQuestion {
  @Matches(SEARCHABLE, {
    message: 'Type a name or a number, of at most 200 characters',
  })
  readonly provider!: string;
  @Matches(said(CODE)[0], { message: 'Choose one from the list' }) readonly setting!: string;
  @IsOptional() @IsDay() readonly from?: string;
  @IsOptional() @IsDay() readonly until?: string;
  @IsOptional()
  @Matches(said(ADVISER_KEY)[0], {
    message:
      'A key is adviser: and 8 to 32 of a–z and 0–9; leave a space before the next. Advisers are not listed by name: ask the adviser, or the provider, for the key',
    each: true,
  })
  @ArrayMaxSize(MOST_ADVISERS, { message: TOO_MANY_ADVISERS })
  readonly adviser?: string[];
  @IsOptional() @Matches(...said(CODE)) readonly policy?: string;
}

/** A search, or a list of all where nothing is searched for; `after` is the `next` of the page before. */
export class ProviderSearchQuestion extends AtLeast {
  @IsOptional()
  @Matches(SEARCHABLE, {
    message: 'q is a name or a key, or their beginning, of 1 to 200 characters',
  })
  readonly q?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly after?: string;
}

/** Whether an adviser is qualified for a purpose of a policy. */
export class StandingQuestion extends AsKnown {
  @Matches(...said(CODE)) readonly purpose!: string;
  @IsOptional() @IsString() readonly on?: string;
  @IsOptional() @IsString() readonly from?: string;
  @IsOptional() @IsString() readonly until?: string;
  @IsOptional() @Matches(...said(CODE)) readonly policy?: string;
}

export class ManyQuestions extends AtLeast {
  @IsOptional() @IsTrueOrFalse() readonly brief?: string;
  @IsOptional() @IsTrueOrFalse() readonly route?: string;
  @IsOptional() @Matches(MAP, { message: MAP_SAID, each: true }) readonly map?: string[];
  @IsOptional() @Matches(IGNORE, { message: IGNORE_SAID, each: true }) readonly ignore?: string[];
  @IsOptional() @IsIn(DAY_FORMS, { message: DATES_SAID }) readonly dates?: DayForm;
}

/** Two moments to compare; `page` is the `next` of the page before. */
export class CompareQuestion extends AtLeast {
  @IsString({ message: 'before is a position, such as 4182 or 4182-1a2b3c4d, or an RFC 3339 instant' })
  readonly before!: string;
  @IsOptional() @IsString() readonly after?: string;
  @IsOptional() @Matches(...said(CODE)) readonly setting?: string;
  @IsOptional() @IsString() readonly on?: string;
  @IsOptional() @Matches(...said(CODE)) readonly policy?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly provider?: string;
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly page?: string;
}

/** The events about a subject, as known then; `after` is the `next` of the page before. */
export class HistoryQuestion extends AsKnown {
  @IsOptional()
  @Matches(/^(?:0|[1-9][0-9]{0,14})$/, { message: 'after is the position of an event' })
  readonly after?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
}

/** What a body posted and is wanted, likewise. */
export class SubmissionsQuestion extends HistoryQuestion {
  @IsOptional()
  @IsIn(Object.keys(EVENTS), { message: 'type is the name of an event' })
  readonly type?: string;
  @IsOptional()
  @Matches(A_KEY, { message: 'subject is the key under which it was posted, such as ukprn:10012345' })
  readonly subject?: string;
  @IsOptional() @Matches(SOURCE, { message: SOURCE_SAID }) readonly source?: string;
}

/** A load that is to be retracted: what a body posted from a source, where it is not narrowed further. */
export class LoadQuestion {
  @Matches(SOURCE, { message: SOURCE_SAID }) readonly source!: string;
  @Matches(...said(CODE)) readonly reason!: string;
  @IsOptional()
  @IsIn(Object.keys(EVENTS), { each: true, message: 'types is a list of names of events' })
  readonly types?: EventType[];
  @IsOptional() @IsMoment() readonly after?: string;
  @IsOptional() @IsMoment() readonly upTo?: string;
}

export class LogPage extends AtLeast {
  @IsOptional()
  @Matches(POSITION_OR_START, {
    message:
      'after is a position, such as 4182 or 4182-1a2b3c4d (8 digits, 0–9 and a–f), or -1 for the start',
  })
  readonly after?: string;
  @IsOptional() @IsLimit(10_000) readonly limit?: string;
}

export class Posting {
  @IsOptional() @IsTrueOrFalse() readonly atomic?: string;
  @IsOptional() @IsTrueOrFalse() readonly dryRun?: string;
}

/** Of which type and source the rows of a table are, and from which columns its fields come. */
export class SheetPosting extends Posting {
  @IsOptional() @IsString() readonly type?: string;
  @IsOptional() @IsString() readonly source?: string;
  @IsOptional() @Matches(MAP, { message: MAP_SAID, each: true }) readonly map?: string[];
  @IsOptional() @Matches(IGNORE, { message: IGNORE_SAID, each: true }) readonly ignore?: string[];
  @IsOptional() @IsIn(DAY_FORMS, { message: DATES_SAID }) readonly dates?: DayForm;
}

export class TemplateQuestion {
  @IsOptional() @IsString() readonly type?: string;
}

/** Of a route that asks nothing in its query: whatever stands there is refused. */
export class Nothing {}

export class ProviderPath {
  @Matches(...said(PROVIDER_KEY)) readonly key!: string;
}

export class AdviserPath {
  @Matches(...said(ADVISER_KEY)) readonly key!: string;
}

export class EventPath {
  @Matches(POSITION, {
    message: 'A position is a whole number from 0, of at most 20 digits, without leading zeros',
  })
  readonly position!: string;
}

/** Where there is nothing under such a name that is said so, whatever the name. */
export class ProblemPath {
  @IsString() readonly code!: string;
}

/** Likewise. */
export class FilePath {
  @IsString() readonly file!: string;
}

export class PolicyPath {
  @Matches(...said(CODE)) readonly id!: string;
}

export class BodyPath {
  @Matches(new RegExp(BODY_KEY.pattern.replace('body:', '')), { message: 'A body’s slug is a code' })
  readonly slug!: string;
}

/** Refused attempts, the newest first; `after` is the `next` of the page before. */
export class AccessQuestion {
  @IsOptional()
  @Matches(/^[1-9][0-9]{0,14}$/, { message: 'after is the next of the page before' })
  readonly after?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
  @IsOptional() @Matches(...said(CODE)) readonly code?: string;
  @IsOptional() @Matches(...said(BODY_KEY)) readonly body?: string;
}

export class KeyPath extends BodyPath {
  @Matches(...said(CODE)) readonly key!: string;
}

/** What is to be kept of a person, and whether everybody may see it (specification, section 9). */
export class PersonToKeep {
  @IsLikeName(LONGEST_NAME) readonly name!: string;
  @IsOptional() @IsLikeName(LONGEST_CONTACT) readonly contact?: string;
  @IsBoolean({ message: 'public is true or false: whether everybody may see the name and the contact' })
  readonly public!: boolean;
}

/** What a new key is called, where its owner has a name for it, and its last day, where it has one. */
export class NewKey {
  @IsOptional() @Matches(...said(CODE)) readonly key?: string;
  @IsOptional() @IsDay() readonly until?: string;
}
