const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The files that take longest, the longest first. Jest knows how long each took only where it has run before: without
 * that it begins with the largest, and one of these would run alone at the end.
 */
const LONGEST = [
  'acceptance/start',
  'acceptance/durability',
  'faults/schedule',
  'postgres/replicas',
  'event-store/sqlite',
  'cost/law',
  'read-model/changes',
  'acceptance/file',
  'acceptance/backup',
  'oracle/agreement',
  'acceptance/clock',
  'faults/broken',
  'read-model/answers-kept',
  'acceptance/oracle',
  'vault/sqlite-vault',
  'read-model/register',
  'oracle/routes',
  'acceptance/command-line-post',
  'acceptance/command-line-looks',
];
const placeOf = ({ path }) => LONGEST.findIndex((name) => path.endsWith(`/${name}.spec.ts`)) >>> 0;

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => placeOf(a) - placeOf(b));
  }
};
