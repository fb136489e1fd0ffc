import type { Refusal } from '@app/domain/problem';
import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { plainToInstance, Transform, type ClassConstructor } from 'class-transformer';
import {
  IsIn,
  IsOptional,
  IsString,
  Matches,
  ValidateBy,
  validateSync,
  type ValidationError,
} from 'class-validator';
import { parseDay } from '@app/domain/day';
import { ADVISER_KEY, BODY_KEY, CODE, PROVIDER_KEY } from '@app/domain/keys';
import { Refused } from './refused';

/** Checks what a request asks in its path and query, and refuses what nothing knows of: a typing mistake must not change a question. */
export class QuestionPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      // A question without parameters has no rules, and refuses every parameter.
      forbidUnknownValues: false,
      exceptionFactory: (errors: ValidationError[]) => new Refused(invalidQuestion(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'query' && metadata.type !== 'param') return value;
    refuseInherited(value);
    return (await super.transform(value, metadata)) as unknown;
  }
}

/** A JSON body as a question of its type, checked as a query is. Throws {@link Refused}. */
export function questionOf<T extends object>(type: ClassConstructor<T>, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refused({ code: 'invalid-question', detail: 'Send a JSON object' });
  }
  refuseInherited(value);
  const question = plainToInstance(type, value);
  const errors = validateSync(question, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  if (errors.length > 0) throw new Refused(invalidQuestion(errors));
  return question;
}

/** Names that every object has, such as `constructor`, would be passed over in silence. */
function refuseInherited(value: unknown): void {
  const names = Object.keys(Object(value) as object).filter((name) => name in Object.prototype);
  if (names.length > 0)
    throw new Refused(
      invalidQuestion(names.map((property) => ({ property, constraints: { whitelistValidation: '' } }))),
    );
}

function invalidQuestion(errors: readonly ValidationError[]): Refusal {
  const fields = errors.map(({ property, constraints }) => ({
    pointer: `/${property}`,
    code: 'invalid-question',
    detail:
      constraints?.['whitelistValidation'] === undefined
        ? (Object.values(constraints ?? {})[0] ?? 'Wrong value')
        : 'There is no such parameter: leave it out',
  }));
  return {
    code: 'invalid-question',
    detail: `Mend ${fields.map(({ pointer }) => pointer.slice(1)).join(', ')}, and ask again`,
    errors: fields,
  };
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

function IsTrueOrFalse(): PropertyDecorator {
  return IsIn(['true', 'false'], { message: '$property is true or false' });
}

const PAGE_LIMIT = /^(?:[1-9][0-9]?|100)$/;
const PAGE_LIMIT_SAID = 'limit is a number from 1 to 100';

export class AtLeast {
  @IsOptional() @IsString() readonly atLeast?: string;
}

export class AsKnown extends AtLeast {
  @IsOptional() @IsString() readonly knownAt?: string;
}

export class EligibilityQuestion extends AsKnown {
  @Matches(...said(CODE)) readonly setting!: string;
  @IsOptional() @IsString() readonly on?: string;
  @IsOptional() @IsString() readonly from?: string;
  @IsOptional() @IsString() readonly until?: string;
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === undefined ? value : [value].flat()))
  @Matches(said(ADVISER_KEY)[0], { ...said(ADVISER_KEY)[1], each: true })
  readonly adviser?: string[];
  @IsOptional() @Matches(...said(CODE)) readonly policy?: string;
  @IsOptional() @IsTrueOrFalse() readonly route?: string;
}

/** A search, or a list of all where nothing is searched for; `after` is the `next` of the page before. */
export class ProviderSearchQuestion extends AtLeast {
  @IsOptional()
  @Matches(/^(?=[^]*\S)[^]{1,200}$/u, {
    message: 'q is a name or a key, or their beginning, of 1 to 200 characters',
  })
  readonly q?: string;
  @IsOptional() @Matches(PAGE_LIMIT, { message: PAGE_LIMIT_SAID }) readonly limit?: string;
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
}

/** The events about a subject, as known then; `after` is the `next` of the page before. */
export class HistoryQuestion extends AsKnown {
  @IsOptional()
  @Matches(/^(?:0|[1-9][0-9]{0,14})$/, { message: 'after is the position of an event' })
  readonly after?: string;
  @IsOptional() @Matches(PAGE_LIMIT, { message: PAGE_LIMIT_SAID }) readonly limit?: string;
}

export class LogPage extends AtLeast {
  @IsOptional()
  @Matches(/^(?:-1|0|[1-9][0-9]{0,14})$/, { message: 'after is a position, or -1 for the start' })
  readonly after?: string;
  @IsOptional()
  @Matches(/^(?:[1-9][0-9]{0,3}|10000)$/, { message: 'limit is a number from 1 to 10000' })
  readonly limit?: string;
}

export class Posting {
  @IsOptional() @IsTrueOrFalse() readonly atomic?: string;
  @IsOptional() @IsTrueOrFalse() readonly dryRun?: string;
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
  @Matches(/^(?:0|[1-9][0-9]{0,14})$/, { message: 'A position is a number from 0, without leading zeros' })
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

export class KeyPath extends BodyPath {
  @Matches(...said(CODE)) readonly key!: string;
}

/** What a new key is called, where its owner has a name for it, and its last day, where it has one. */
export class NewKey {
  @IsOptional() @Matches(...said(CODE)) readonly key?: string;
  @IsOptional() @IsDay() readonly until?: string;
}
