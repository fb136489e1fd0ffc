/// <reference types="jest" />
import { isRegistered, keysOf } from '@app/domain/log/identity';
import { editionsOf } from '@app/domain/subjects/policy';
import { isFinding } from '@app/transparency/finding';
import { ChangeFinder, type ComparedAnswer } from '../../apps/auditor/change-finder';
import { changedAnswers } from '../../apps/auditor/diff';
import { Dice } from '../dice';
import { randomLog, registerOf } from '../read-model/logs';
import { subjectsOf } from '../read-model/everything';
import { checkpointOf, sourceOf } from './texts-source';

interface Told {
  readonly changed: readonly {
    readonly provider: { readonly key: string };
    readonly setting: string;
    readonly policy: { readonly id: string };
    readonly before: ComparedAnswer;
    readonly after: ComparedAnswer;
  }[];
}

/** Every answer that is not the same at two positions, found by asking all of them. */
function everyChange(texts: readonly string[], before: number, after: number, on: string | undefined) {
  const register = registerOf(texts);
  const days = on === undefined ? {} : { on };
  const finder = new ChangeFinder(register, before, after, days);
  const views = [before, after].map((position) => register.at(position));
  const providers = new Set(
    subjectsOf(texts).flatMap((key) =>
      /^(?:adviser|body|policy|calendar|area|log):/.test(key)
        ? []
        : views.flatMap((known) => (isRegistered(known, key) ? [keysOf(known, key)[0] ?? key] : [])),
    ),
  );
  const policies = [...new Set(views.flatMap((known) => known.policies()))];
  const changed: string[] = [];
  for (const provider of providers)
    for (const policy of policies) {
      const editions = views.flatMap((known) => editionsOf(known, policy));
      const settings = new Set(editions.flatMap((edition) => Object.keys(edition.policy.settings)));
      for (const setting of settings)
        if (finder.of({ provider, policy, setting, advisers: [] }))
          changed.push(`${provider} ${setting} ${policy}`);
    }
  return changed.sort();
}

describe('without a provider, a comparison has every answer that changed', () => {
  test.each([4, 6])('on the history of seed %i', async (seed) => {
    const texts = randomLog(seed);
    const dice = new Dice(seed);
    let found = 0;
    for (const on of [undefined, '2019-09-01', '2020-06-01']) {
      const before = 15 + dice.below(texts.length - 30);
      const after = before + dice.below(texts.length - before);
      const options = {
        provider: [],
        setting: [],
        policy: [],
        json: true,
        ...(on === undefined ? {} : { on }),
      };
      let text = '';
      for await (const piece of changedAnswers(
        sourceOf(texts),
        checkpointOf(texts),
        [String(before), String(after)],
        options,
        () => undefined,
      ))
        text += isFinding(piece) ? piece.code : piece;
      const told = (JSON.parse(text) as Told).changed.map(
        ({ provider, setting, policy }) => `${provider.key} ${setting} ${policy.id}`,
      );
      expect(told.sort()).toEqual(everyChange(texts, before, after, on));
      found += told.length;
    }
    expect(found).toBeGreaterThan(0);
  });
});
