import { type Field, type FormFault, type Typed } from './form-fields';
import type { PolicyRecord } from '@app/read-model/records/records';
import type { ComponentChildren } from 'preact';
import { settingInWords, settingsInGroups } from '@app/phrases/setting-words';
import { kindInWords, policiesByWeight, policyNameInWords } from '@app/phrases/voices';
import { dayInWords, listed } from '@app/phrases/words';

const LABELS: Readonly<Record<Field, string>> = {
  provider: 'Provider',
  setting: 'How the guidance is delivered',
  from: 'From',
  until: 'Until',
  school: 'The school that asks',
  policy: 'Whose rules',
  adviser: 'Advisers who are to come',
  knownAt: 'As known at',
};

/** The settings that can be asked about: those of every edition that decides a day, of whichever policy. */
function settingsOf(policies: readonly PolicyRecord[]): readonly string[] {
  const deciding = policies.flatMap(({ editions }) => editions.filter(({ days }) => days.length > 0));
  return [...new Set(deciding.flatMap((edition) => Object.keys(edition.policy.settings)))];
}

export function FaultList({ faults }: { readonly faults: readonly FormFault[] }) {
  return (
    <div class="faults" role="alert" tabIndex={-1} autofocus aria-labelledby="faults">
      <h2 id="faults">There is a problem</h2>
      <ul>
        {faults.map(({ field, detail }) => (
          <li>
            {field === undefined ? (
              detail
            ) : (
              <a href={`#${field}`}>
                {LABELS[field]}: {detail}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What every control has from its field. */
interface Control {
  readonly id: Field;
  readonly name: Field;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

/** A field with its label, its hint, and what is wrong with it. */
function FormField({
  name,
  hint,
  faults,
  control,
}: {
  readonly name: keyof typeof LABELS;
  readonly hint?: ComponentChildren;
  readonly faults: readonly FormFault[];
  readonly control: (props: Control) => ComponentChildren;
}) {
  const its = faults.filter(({ field }) => field === name);
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...its.map((_, i) => `${name}-fault-${i}`),
  ];
  return (
    <div class={its.length > 0 ? 'field broken' : 'field'}>
      <label for={name}>{LABELS[name]}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {its.map(({ detail }, i) => (
        <p class="fault" id={`${name}-fault-${i}`}>
          {detail}
        </p>
      ))}
      {control({
        id: name,
        name,
        ...(described.length > 0 ? { 'aria-describedby': described.join(' ') } : {}),
        ...(its.length > 0 ? { 'aria-invalid': true } : {}),
      })}
    </div>
  );
}

export function Form({
  typed,
  policies,
  today,
  faults,
  suggestsAdvisers,
}: {
  readonly typed: Typed;
  /** Every policy of which an edition stands. */
  readonly policies: readonly PolicyRecord[];
  /** The register’s today, where it has one. */
  readonly today: string | null;
  readonly faults: readonly FormFault[];
  /** Whether to show the field for advisers though nothing was typed into it. */
  readonly suggestsAdvisers: boolean;
}) {
  return (
    <form action="/" method="get">
      <FormField
        name="provider"
        hint="Its name, or its number: UKPRN, company number, charity number, or the URN of a school"
        faults={faults}
        control={(props) => (
          <input {...props} type="text" value={typed.provider} maxLength={200} required autocomplete="off" />
        )}
      />
      <FormField
        name="setting"
        faults={faults}
        control={(props) => (
          <select {...props} required>
            <option value="">Choose</option>
            {settingsInGroups(settingsOf(policies)).map(({ heading, settings }) => (
              <optgroup label={heading}>
                {settings.map((setting) => (
                  <option value={setting} selected={setting === typed.setting}>
                    {settingInWords(setting)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      />
      <fieldset aria-describedby="days-hint">
        <legend>The days</legend>
        <p class="hint" id="days-hint">
          Give both, and both are included: for a contract, its first day and its last. One alone asks about
          that single day
          {today !== null && `, none about today, which in the register is ${dayInWords(today)}`}.
        </p>
        <div class="days">
          <DayField name="from" typed={typed.from} faults={faults} />
          <DayField name="until" typed={typed.until} faults={faults} />
        </div>
      </fieldset>
      <FormField
        name="school"
        hint="May be left empty. Its URN, such as 123456, or another key of it. The law asks whether advice is independent: without the school, nobody’s independence of it is checked."
        faults={faults}
        control={(props) => (
          <input {...props} type="text" value={typed.school} maxLength={100} autocomplete="off" />
        )}
      />
      <FurtherFields typed={typed} policies={policies} faults={faults} suggestsAdvisers={suggestsAdvisers} />
      <button type="submit">Check</button>
    </form>
  );
}

/** What few ask: shown where it was asked, or where the answer suggests it. */
function FurtherFields({
  typed,
  policies,
  faults,
  suggestsAdvisers,
}: {
  readonly typed: Typed;
  readonly policies: readonly PolicyRecord[];
  readonly faults: readonly FormFault[];
  readonly suggestsAdvisers: boolean;
}) {
  const isOpen =
    (['policy', 'knownAt', 'adviser'] as const).some(
      (name) => (typed[name] !== '' && typed[name] !== EVERY) || faults.some(({ field }) => field === name),
    ) || suggestsAdvisers;
  return (
    <details open={isOpen}>
      <summary>With named advisers, by some rules alone, or as known earlier</summary>
      <FormField
        name="adviser"
        hint="The keys under which the register knows them, such as adviser:k7m2p4q8, with a space between them. Advisers are not listed by name: ask them, or the provider."
        faults={faults}
        control={(props) => <input {...props} type="text" value={typed.adviser} autocomplete="off" />}
      />
      <PolicyField typed={typed.policy} policies={policies} faults={faults} />
      <FormField
        name="knownAt"
        hint="What the register knew at the end of a day, such as 2 July 2025, at a time of it, such as 2 July 2025 at 14:30, or up to an event, such as 4182. Now unless given."
        faults={faults}
        control={(props) => <input {...props} type="text" value={typed.knownAt} autocomplete="off" />}
      />
    </details>
  );
}

/** The word that asks under every policy. */
const EVERY = 'all';

/** All policies, or one; several that an address names stay chosen, as long as nothing else is. */
function PolicyField({
  typed,
  policies,
  faults,
}: {
  readonly typed: string;
  readonly policies: readonly PolicyRecord[];
  readonly faults: readonly FormFault[];
}) {
  const ordered = policiesByWeight(
    policies.flatMap(({ id, editions }) => {
      const strength = editions.at(-1)?.policy.strength;
      return strength === undefined ? [] : [{ id, strength }];
    }),
  );
  const others = typed === '' || typed === EVERY || ordered.some(({ id }) => id === typed) ? [] : [typed];
  return (
    <FormField
      name="policy"
      hint="What the law asks, what public money asks, what guidance asks and what is only proposed differ. Each is answered for itself."
      faults={faults}
      control={(props) => (
        <select {...props}>
          <option value={EVERY} selected={typed === '' || typed === EVERY}>
            All of them
          </option>
          {ordered.map(({ id, strength }) => (
            <option value={id} selected={id === typed}>
              {policyNameInWords(id, strength)} – {kindInWords(strength).toLowerCase()}
            </option>
          ))}
          {others.map((several) => (
            <option value={several} selected>
              {listed(several.split(' '))}
            </option>
          ))}
        </select>
      )}
    />
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function DayField({
  name,
  typed,
  faults,
}: {
  readonly name: 'from' | 'until';
  readonly typed: string;
  readonly faults: readonly FormFault[];
}) {
  // A browser shows nothing of a value that is no day: what was typed is kept as text.
  const isText = typed !== '' && (!DAY.test(typed) || faults.some(({ field }) => field === name));
  return (
    <FormField
      name={name}
      faults={faults}
      control={(props) => (
        <input
          {...props}
          {...(isText
            ? { type: 'text', inputMode: 'numeric' }
            : { type: 'date', min: '1900-01-01', max: '9999-12-31' })}
          value={typed}
          autocomplete="off"
        />
      )}
    />
  );
}
