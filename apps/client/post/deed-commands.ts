import type { EventType } from '@app/domain/log/event-catalogue';
import { Option, type Command } from 'commander';
import { correct, deed, BY_COMMAND, type DeedOptions } from './deeds';
import { Ending, EXIT } from '../exit-codes';
import { capitalised } from '@app/phrases/words';
import { fieldsOf, FLAT_TYPES, namingField, type TypedField } from '@app/tables/fields';

/** A short verb for a type of event that officers post one by one. Every other type has `record <type>`. */
const VERBS: readonly (readonly [verb: string, type: EventType, summary: string, example: string])[] = [
  [
    'award',
    'AccreditationAwarded',
    'record that an accreditation was awarded',
    'ukprn:10000001 --standard matrix --reference M-1042 --from 01/09/2026 --until 31/08/2029 --kind initial',
  ],
  [
    'extend',
    'AccreditationExtended',
    'record that an accreditation was given a later end',
    'ukprn:10000001 --standard matrix --reference M-1042 --until 31/12/2029 --reason assessment-delayed',
  ],
  [
    'suspend',
    'AccreditationSuspended',
    'record that an accreditation is suspended',
    'ukprn:10000001 --standard matrix --reference M-1042 --from 01/10/2026 --reason complaint --on-appeal stays',
  ],
  [
    'reinstate',
    'AccreditationReinstated',
    'record that a suspension has ended',
    'ukprn:10000001 --standard matrix --reference M-1042 --from 01/12/2026',
  ],
  [
    'withdraw',
    'AccreditationWithdrawn',
    'record that an accreditation is withdrawn',
    'ukprn:10000001 --standard matrix --reference M-1042 --from 01/10/2026 --reason standards-not-met --on-appeal stands',
  ],
  [
    'surrender',
    'AccreditationSurrendered',
    'record that its holder gave an accreditation up',
    'ukprn:10000001 --standard matrix --reference M-1042 --from 01/10/2026',
  ],
  [
    'void',
    'AccreditationVoided',
    'record that an accreditation never counted',
    'ukprn:10000001 --standard matrix --reference M-1042 --reason obtained-by-fraud',
  ],
  ['appeal', 'AppealLodged', 'record that an appeal against an event was lodged', '4182 --on 15/10/2026'],
  [
    'decide',
    'AppealDecided',
    'record how an appeal against an event was decided',
    '4182 --on 12/11/2026 --outcome dismissed',
  ],
  ['dispute', 'DisputeOpened', 'open a dispute of an event', '4182 --reason wrong-holder'],
  ['settle', 'DisputeClosed', 'close a dispute of an event (the registrar alone)', '4182 --outcome upheld'],
  [
    'retract',
    'EventRetracted',
    'take an event back, as if it had not been posted',
    '4182 --reason posted-twice',
  ],
];

type Given = Readonly<Record<string, unknown>>;
type Work = (work: (signal: AbortSignal) => Promise<number>) => Promise<void>;

/** Options that commands have besides those of the fields. */
const OWN = ['source', 'id', 'dry-run', 'json', 'url', 'key', 'set', 'reason', 'kind'];

/**
 * Adds the commands that post single events, made from the schemas of their types. `common`: adds the options
 * of every posting command.
 */
export function addDeeds(program: Command, common: (command: Command) => Command, ended: Work): void {
  for (const [verb, type, summary, example] of VERBS)
    command(program, verb, type, common, ended)
      .summary(summary)
      .description(`${capitalised(summary)}: posts one ${type}.`)
      .addHelpText('after', `\n${EXITS}\n\nExample:\n  guidance-register ${verb} ${example}`);
  const record = program
    .command('record')
    .summary('record one event of any other type')
    .description(
      'Records one event of a type, whose fields are options: record <type> --help lists them. The usual types have commands of their own, such as suspend.',
    )
    .addHelpText(
      'after',
      `\n${EXITS}\n\nExample:\n  guidance-register record ProviderClosed ukprn:10000001 --on 31/08/2026 --reason ceased-trading`,
    );
  // Only the register makes the secret of a key, so no event about keys is posted by hand.
  for (const type of FLAT_TYPES.filter((one) => !one.startsWith('BodyKey')))
    command(record, type, type, common, ended)
      .summary(
        fieldsOf(type)
          .map(({ flag, isRequired }) => (isRequired ? `--${flag}` : `[--${flag}]`))
          .join(' '),
      )
      .addHelpText('after', `\n${EXITS}`);
  addCorrect(program, common, ended);
}

const EXITS = `Days are written 2026-09-01 or 01/09/2026, lists with ; between their items. The same command given again records
nothing twice. Exit codes:
  0 it stands, 1 refused by a rule, 2 wrong usage or form, 69 the register is not reached, 75 no answer for now (give
  the same command again), 77 the key is refused`;

function command(
  parent: Command,
  name: string,
  type: EventType,
  common: (command: Command) => Command,
  ended: Work,
): Command {
  const naming = namingField(type);
  const fields = fieldsOf(type).filter((field) => field.name !== naming);
  const made = parent
    .command(name)
    .argument(
      naming === undefined ? '<subject>' : '<event>',
      naming === undefined
        ? 'the key of what it is about, such as ukprn:10000001'
        : 'which event: its position, or the id under which this body posted it',
    );
  for (const field of fields) made.addOption(optionOf(field));
  return common(made).action((target: string, given: Given) =>
    ended((signal) => deed(type, target, saidIn(fields, given), given as unknown as DeedOptions, signal)),
  );
}

function optionOf({ flag, description, choices, isRequired }: TypedField): Option {
  const said = [description, ...(choices.length > 0 ? [`one of ${choices.join(', ')}`] : [])].filter(
    (text) => text !== '',
  );
  return new Option(`--${flag} <${flag}>`, `${said.join(': ')}${isRequired ? '' : ' (may be left out)'}`);
}

/**
 * The values given for fields, by name. Ends the program if an option is empty, as in a script whose variable
 * is not set: an empty field would be left out, and an award without an end never ends.
 */
function saidIn(
  fields: readonly Pick<TypedField, 'name' | 'flag'>[],
  given: Given,
): ReadonlyMap<string, string> {
  const said = fields.flatMap(({ name, flag }) =>
    typeof given[name] === 'string' ? [{ name, flag, text: given[name] }] : [],
  );
  const blank = said.filter(({ text }) => text.trim() === '');
  if (blank.length > 0)
    throw new Ending(
      EXIT.usage,
      `${blank.map(({ flag }) => `--${flag}`).join(', ')}: nothing is said. Say what it is, or leave the option out`,
    );
  return new Map(said.map(({ name, text }) => [name, text]));
}

function addCorrect(program: Command, common: (command: Command) => Command, ended: Work): void {
  const fields = new Map<string, TypedField>();
  for (const field of FLAT_TYPES.flatMap(fieldsOf))
    if (!OWN.includes(field.flag) && !['event', 'against'].includes(field.name))
      fields.set(field.name, field);
  const made = program
    .command('correct')
    .summary('correct an event: say only what was wrong')
    .description(
      'Corrects an event. Say only what is to be changed: the event is read as it now stands, and what is not named stays. --no-until and the like take a field away. --dry-run shows the change, and whose answers it would change.',
    )
    .argument('<event>', 'which event: its position, or the id under which this body posted it');
  for (const { flag, description } of fields.values())
    made
      .addOption(new Option(`--${flag} <${flag}>`, description).hideHelp())
      .addOption(new Option(`--no-${flag}`).hideHelp());
  made
    .option('--<field> <value>', 'what a field is to be, such as --until 31/01/2028')
    .option(
      '--set <field=value>',
      'the same, for a field whose option means something else here: reason, kind',
      several,
      [],
    )
    .requiredOption('--reason <code>', 'why it is corrected, a code such as wrong-end')
    .addOption(
      new Option('--kind <kind>', 'clerical: a slip in writing; substantive: what was recorded was not so')
        .choices(['clerical', 'substantive'])
        .default('clerical'),
    );
  common(made)
    .addHelpText(
      'after',
      `\n${EXITS}\n\nExample:\n  guidance-register correct 4182 --until 31/01/2028 --reason wrong-end`,
    )
    .action((target: string, given: Given) =>
      ended((signal) => {
        const set = new Map(saidIn([...fields.values()], given));
        for (const one of given['set'] as readonly string[]) {
          const [, name, value = ''] = /^([A-Za-z]+)=([^]+)$/.exec(one) ?? [];
          if (name === undefined || value.trim() === '')
            throw new Ending(
              EXIT.usage,
              `--set ${one}: say it as --set field=value, such as --set kind=review; --no-until and the like take a field away`,
            );
          if (set.has(name) && set.get(name) !== value)
            throw new Ending(
              EXIT.usage,
              `${name} is said twice, as ${set.get(name) ?? ''} and as ${value}: say it once`,
            );
          set.set(name, value);
        }
        const unset = [...fields.keys()].filter((name) => given[name] === false);
        const both = unset.filter((name) => set.has(name));
        if (both.length > 0)
          throw new Ending(EXIT.usage, `${both.join(', ')} is both given and taken away: say one of them`);
        if (set.size + unset.length === 0)
          throw new Ending(
            EXIT.usage,
            'Say what is to be corrected, such as --until 31/01/2028, or --no-until',
          );
        const change = { set, unset, kind: String(given['kind']), reason: String(given['reason']) };
        return correct(target, change, given as unknown as DeedOptions, signal);
      }),
    );
}

function several(one: string, before: readonly string[]): readonly string[] {
  return [...before, one];
}

/** Adds the further options of every command that posts one event. */
export function deedOptions(command: Command): Command {
  return command
    .option('--id <id>', 'the id to post under (default: one that is made of what is posted)')
    .option(
      '--source <source>',
      `the source to post under, and of the event that is named by an id (default to post under: ${BY_COMMAND})`,
    )
    .option('--dry-run', 'have it judged and record nothing; says what would change')
    .option('--json', 'print the register’s answer as JSON');
}
