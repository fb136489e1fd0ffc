import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import type { MutantResult, PartialStrykerOptions } from '@stryker-mutator/api/core';
import { isDrawn, isUnnoticed, pathOf, type Sample } from './sample.mts';

/**
 * Changes the domain, one place at a time, and tells which changes no spec beside the rules notices (docs/adr/0021):
 * `npm run test:mutants -- --seed 7 --one-in 80 libs/domain/route/*.ts`.
 */
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, 'one-in': { type: 'string', default: '80' } },
  allowPositionals: true,
});
const sample: Sample = {
  seed: Number(values.seed ?? Math.floor(Math.random() * 1_000_000)),
  oneIn: Number(values['one-in']),
};
const say = (text: string) => process.stdout.write(`${text}\n`);

const options: PartialStrykerOptions & { readonly sample: Sample } = {
  sample,
  plugins: ['@stryker-mutator/jest-runner', join(import.meta.dirname, 'sample.mts')],
  mutate: [...(positionals.length > 0 ? positionals : ['libs/domain/**/*.ts']), '!**/*.spec.ts'],
  checkers: ['draw'],
  testRunner: 'jest',
  // All of `test` is known to Jest, or it would not see which rule a spec asks through the words of `test/rules`.
  jest: { configFile: 'jest.config.js', config: { testMatch: ['<rootDir>/libs/domain/**/*.spec.ts'] } },
  coverageAnalysis: 'perTest',
  concurrency: availableParallelism(),
  // Only what hangs takes as long.
  timeoutMS: 10_000,
  timeoutFactor: 2,
  reporters: ['unnoticed'],
  warnings: false,
  allowConsoleColors: false,
  tempDirName: 'coverage/mutants',
  ignorePatterns: ['coverage', 'data', 'dist'],
};

say(`Seed ${sample.seed}, one change in ${sample.oneIn}.`);
const drawn = (await new Stryker(options).runMutationTest()).filter((change) => isDrawn(change, sample));
const roomOf = (change: MutantResult) => pathOf(change).split('/')[2] ?? '';
const rooms = [...Map.groupBy(drawn, roomOf)].sort(([a], [b]) => a.localeCompare(b));
for (const [room, changes] of [...rooms, ['all', drawn] as const]) {
  const noticed = changes.length - changes.filter(isUnnoticed).length;
  const percent = ((100 * noticed) / changes.length).toFixed(0);
  say(`${room}: ${noticed} of ${changes.length} noticed (${percent} %)`);
}
