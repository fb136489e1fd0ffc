/// <reference types="jest" />
import { BUILT_IN } from '@app/domain/policies/built-in';
import type { Policy } from '@app/domain/subjects/policy-document';
import { deliveredInWords, settingInWords, settingsInGroups } from './setting-words';

const SETTINGS = [...new Set(BUILT_IN.flatMap(({ policy }) => Object.keys((policy as Policy).settings)))];

test.each(SETTINGS)('the setting %s of a built-in policy has words of its own', (setting) => {
  for (const inWords of [settingInWords, deliveredInWords]) {
    expect(inWords(setting)).not.toMatch(new RegExp(`^${setting}$|in the setting`));
    expect(SETTINGS.filter((other) => inWords(other) === inWords(setting))).toEqual([setting]);
  }
});

test.each(['prison-service', 'constructor'])('another setting, %s, goes by its code', (setting) => {
  expect(settingInWords(setting)).toBe(setting);
  expect(deliveredInWords(setting)).toBe(`deliver guidance in the setting ${setting}`);
});

test('a list has each setting once, that of a school that commissions first, and those without words last', () => {
  const groups = settingsInGroups(['a-new-one', 'private', ...SETTINGS.filter((one) => one !== 'private')]);
  const all = groups.flatMap(({ settings }) => settings);
  expect(all[0]).toBe('school-commissioned');
  expect(groups.at(-1)).toEqual({ heading: 'Others, by their codes', settings: ['a-new-one'] });
  expect([...all].sort()).toEqual(['a-new-one', ...SETTINGS].sort());
  expect(settingsInGroups(['private']).map(({ heading }) => heading)).toEqual(['With private money']);
});
