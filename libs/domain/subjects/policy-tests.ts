import { type Policy, PROVIDER_OPEN, POLICY_IN_FORCE } from './policy-document';

const DEEPEST_TEST = 16;

/** The faults of a policy that no schema can find: in ids, in tests, and in whom tests are asked of. */
export function flawsOf(policy: Policy) {
  const flaws: { pointer: string; detail: string }[] = [];
  for (const [setting, requirements] of Object.entries(policy.settings)) {
    const seen = new Set([PROVIDER_OPEN, POLICY_IN_FORCE]);
    requirements.forEach(({ id, of, test }, i) => {
      const at = `/data/policy/settings/${setting}/${i}`;
      if (seen.has(id))
        flaws.push({
          pointer: `${at}/id`,
          detail: `The id ${id} is taken: give each requirement of a setting its own`,
        });
      seen.add(id);
      const asked = of === 'provider' || of === 'subcontractors' ? PROVIDER_TESTS : ADVISER_TESTS;
      flaws.push(...flawsOfTest(test, asked, policy, `${at}/test`, 0));
    });
  }
  return flaws;
}

type Shape = Readonly<Record<string, (value: unknown, policy: Policy) => boolean>>;

const isCode = (value: unknown) => typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,63}$/.test(value);

const isPurpose = (value: unknown, policy: Policy) =>
  typeof value === 'string' && Object.hasOwn(policy.purposes, value);

const isMonths = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;

/** Each test by its own field, with the further fields that it may have. */
export const PROVIDER_TESTS: Readonly<Record<string, Shape>> = {
  accredited: { accredited: isCode, scope: isCode },
  applied: { applied: isCode, withinMonths: isMonths },
  contracted: { contracted: isCode },
};

export const ADVISER_TESTS: Readonly<Record<string, Shape>> = {
  qualified: { qualified: isPurpose },
  workingTowards: { workingTowards: isPurpose, withinMonths: isMonths },
  registered: { registered: isCode },
  independent: { independent: (value) => value === true },
};

function flawsOfTest(
  test: unknown,
  asked: Readonly<Record<string, Shape>>,
  policy: Policy,
  pointer: string,
  depth: number,
): { pointer: string; detail: string }[] {
  if (typeof test !== 'object' || test === null || Array.isArray(test))
    return [{ pointer, detail: 'A test is an object' }];
  if (depth > DEEPEST_TEST) return [{ pointer, detail: `Tests may be nested ${DEEPEST_TEST} deep` }];
  const members = test as Readonly<Record<string, unknown>>;
  const names = Object.keys(members);
  for (const junction of ['any', 'all']) {
    if (!Object.hasOwn(members, junction)) continue;
    const parts = members[junction];
    if (names.length > 1) return [{ pointer, detail: `${junction} stands alone` }];
    if (!Array.isArray(parts) || parts.length === 0)
      return [{ pointer: `${pointer}/${junction}`, detail: 'List one test or more' }];
    return parts.flatMap((part, i) =>
      flawsOfTest(part, asked, policy, `${pointer}/${junction}/${i}`, depth + 1),
    );
  }
  const kind = Object.keys(asked).find((name) => Object.hasOwn(members, name));
  const shape = kind === undefined ? undefined : asked[kind];
  if (!shape) {
    return [
      {
        pointer,
        detail: `Unknown test, or one that is not asked of this subject: use any, all, ${Object.keys(asked).join(', ')}`,
      },
    ];
  }
  return names.flatMap((name) => {
    const holds = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (!holds) return [{ pointer: `${pointer}/${name}`, detail: 'Unknown field of a test' }];
    return holds(members[name], policy)
      ? []
      : [
          {
            pointer: `${pointer}/${name}`,
            detail: 'Wrong value: a code, a purpose of this policy, a number of months, or true',
          },
        ];
  });
}
