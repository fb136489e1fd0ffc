/*
 * How guidance is delivered, in plain English. A setting is a code of some policy’s: one that has no words
 * here goes by its code.
 */

interface Setting {
  /** As a list shows it. */
  readonly listed: string;
  /** What a provider does in it, in the form that follows “may”. */
  readonly does: string;
}

type Group = readonly [heading: string, settings: Readonly<Record<string, Setting>>];

/** The settings of the built-in policies, as a list shows them, in its order. */
const GROUPS: readonly Group[] = [
  [
    'In schools and colleges',
    {
      'school-commissioned': {
        listed: 'Commissioned by a school or college',
        does: 'deliver guidance that a school commissions',
      },
      'school-in-house': {
        listed: 'By a school or college itself, with its own staff',
        does: 'deliver guidance to its own pupils with its own staff',
      },
    },
  ],
  [
    'With public money',
    {
      'national-careers-service': {
        listed: 'For the National Careers Service',
        does: 'deliver guidance for the National Careers Service',
      },
      'adult-education-budget-college': {
        listed: 'By a college, paid from the adult education budget',
        does: 'deliver guidance as a college that is paid from the adult education budget',
      },
      traineeship: {
        listed: 'In the national traineeship programme',
        does: 'deliver guidance in the national traineeship programme',
      },
      'publicly-funded': {
        listed: 'Other publicly funded guidance',
        does: 'deliver other publicly funded guidance',
      },
    },
  ],
  [
    'With private money',
    {
      private: { listed: 'Paid for privately', does: 'deliver guidance that is paid for privately' },
    },
  ],
];

const OTHERS = 'Others, by their codes';

function worded(setting: string): Setting | undefined {
  const [, settings = {}] = GROUPS.find(([, its]) => Object.hasOwn(its, setting)) ?? [];
  return settings[setting];
}

/** A setting as a list shows it; one that no built-in policy has as its code. */
export function settingInWords(setting: string): string {
  return worded(setting)?.listed ?? setting;
}

/** What a provider does in a setting, in the form that follows “may”. */
export function deliveredInWords(setting: string): string {
  return worded(setting)?.does ?? `deliver guidance in the setting ${setting}`;
}

/** Settings as a list shows them: in groups under a heading, those without words last. */
export function settingsInGroups(
  settings: readonly string[],
): readonly { readonly heading: string; readonly settings: readonly string[] }[] {
  const known = GROUPS.map(([heading, its]) => ({
    heading,
    settings: Object.keys(its).filter((setting) => settings.includes(setting)),
  }));
  const others = settings.filter((setting) => worded(setting) === undefined);
  return [...known, { heading: OTHERS, settings: others }].filter((group) => group.settings.length > 0);
}
