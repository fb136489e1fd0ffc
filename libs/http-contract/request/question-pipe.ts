import { refuse, invalidQuestion, type Refusal } from '@app/domain/values/problem';
import { insteadOf } from '@app/domain/values/resemblance';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import {
  getMetadataStorage,
  validateSync,
  ValidationTypes,
  type ValidationArguments,
  type ValidationError,
} from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import { Refused } from '../problem/refusal-error';

/** A class of what may be asked: a flat list of parameters, its decorators their rules. */
type QuestionClass<T extends object> = new () => T;

/**
 * Checks the path and query of a request, and refuses unknown parameters: a typing mistake must not change a
 * question.
 */
export class QuestionPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    return (type === 'query' || type === 'param') && metatype
      ? questionOf(metatype as QuestionClass<object>, value)
      : value;
  }
}

/**
 * Reads what was sent as a question of its type. A parameter that may repeat is a list even if it was sent
 * once. Throws {@link Refused}.
 */
export function questionOf<T extends object>(type: QuestionClass<T>, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refused(refuse('invalid-question', 'Send a JSON object'));
  }
  const sent = { ...(value as Readonly<Record<string, unknown>>) };
  for (const name in sent) if (name in Object.prototype) refuseInherited(sent);
  for (const name in sent) if (sent[name] === null) refuseNulls(sent);
  const { lists, checks, required } = rulesOf(type);
  for (const name in sent) {
    const one = sent[name];
    if (one !== undefined && lists.has(name) && !Array.isArray(one)) sent[name] = [one];
  }
  // Callers only read the parameters, so a plain object is enough.
  if (fits(sent, checks, required)) return sent as T;
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
  readonly lists: ReadonlySet<string>;
  /** By parameter, whether a value satisfies all of its decorators. */
  readonly checks: ReadonlyMap<string, Check>;
  /** The parameters that no question may lack. */
  readonly required: readonly string[];
}

const RULES = new Map<unknown, Rules>();

/**
 * The rules of a class, read once from its decorators: class-validator collects them again for every value,
 * which costs more than all other work on an answer. It still explains what is wrong with values that do not
 * fit.
 */
function rulesOf(type: QuestionClass<object>): Rules {
  const known = RULES.get(type);
  if (known) return known;
  const declared = Map.groupBy(
    getMetadataStorage().getTargetValidationMetadatas(type, '', true, false),
    ({ propertyName }) => propertyName,
  );
  const checks = new Map([...declared].map(([name, its]) => [name, checkOf(type, its)]));
  const rules: Rules = {
    lists: new Set([...declared].flatMap(([name, its]) => (its.some(({ each }) => each) ? [name] : []))),
    checks,
    required: [...checks].flatMap(([name, fits]) => (fits(undefined) ? [] : [name])),
  };
  RULES.set(type, rules);
  return rules;
}

function checkOf(type: QuestionClass<object>, declared: readonly ValidationMetadata[]): Check {
  const optional = declared.some(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);
  const checks = declared
    .filter(({ type }) => type === ValidationTypes.CUSTOM_VALIDATION)
    .flatMap(({ constraintCls, constraints, propertyName, each }) => {
      const args = {
        constraints,
        property: propertyName,
        targetName: type.name,
        object: {},
        value: undefined as unknown,
      } satisfies ValidationArguments;
      return getMetadataStorage()
        .getTargetValidatorConstraints(constraintCls)
        .map(({ instance }): Check => {
          const check: Check = (value) => {
            args.value = value;
            return instance.validate(value, args) === true;
          };
          return each ? (value) => Array.isArray(value) && value.every(check) : check;
        });
    });
  return (value) => (optional && (value === undefined || value === null)) || checks.every((is) => is(value));
}

/** Whether what was sent is valid. Never true if class-validator would find a fault. */
function fits(
  sent: Readonly<Record<string, unknown>>,
  checks: Rules['checks'],
  required: Rules['required'],
): boolean {
  for (const name of required) if (!(name in sent)) return false;
  for (const name in sent) if (!checks.get(name)?.(sent[name])) return false;
  return true;
}

/** Names that every object has, such as `constructor`, would be ignored in silence. */
function refuseInherited(value: object): never {
  const names = Object.keys(value).filter((name) => name in Object.prototype);
  throw new Refused(
    refusalOf(names.map((property) => ({ property, constraints: { whitelistValidation: '' } }))),
  );
}

/** A program without a value for a member leaves the member out; what it means by `null` is unclear. */
function refuseNulls(value: object): never {
  const names = Object.entries(value).flatMap(([name, member]) => (member === null ? [name] : []));
  const constraints = { isNull: 'null is no value: leave it out' };
  throw new Refused(refusalOf(names.map((property) => ({ property, constraints }))));
}

/** `parameters`: the known ones, one of which an unknown one may have been meant to be. */
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

/** What the parameter for one question or event is called in a table. */
function mapped(parameter: string): string {
  const field = parameter === 'adviser' ? 'advisers' : parameter;
  return `or say of all rows of a table what it says as map=${field}=…`;
}
