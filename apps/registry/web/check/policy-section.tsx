import { type PolicyAnswer } from './answered-question';
import { DayByDay } from './day-by-day';
import { Under } from './evidence-lines';
import { PolicyGrounds, ReceiptOfPolicy } from './grounds';
import { BesideAlert, besides } from './of-register';
import { Advisers, Subcontractors } from './participants';
import { Remarks, Requirements } from './requirements';
import { SchoolNotNamed, UndecidedAppeals, VerdictInWords } from './verdict';
import { WhatToDo } from './what-to-do';
import { kindInWords, voiceOf } from '@app/phrases/voices';
import { isUnchecked } from '@app/phrases/words';

/** What one policy says, under a heading that says which kind of rules it is. `at`: the names of its places. */
export function PolicySection({
  at,
  isAlone,
  ...told
}: PolicyAnswer & { readonly at: (name: string) => string; readonly isAlone: boolean }) {
  const { answer, stretches } = told;
  const isSilent = stretches.every((one) => one.answer === 'silent');
  return (
    <Under.Provider value={{ ...told, at, isAlone, isUnchecked: isUnchecked(answer) }}>
      <section class="policy" aria-labelledby={at('policy')}>
        <h2 id={at('policy')}>{headingOf(told)}</h2>
        <VerdictInWords />
        <UndecidedAppeals />
        <BesideAlert beside={besides([told])} />
        <SchoolNotNamed />
        <WhatToDo />
        <DayByDay />
        {!isSilent && <Requirements />}
        <Advisers />
        <Subcontractors />
        <Remarks />
        <PolicyGrounds isFolded={isSilent && !isAlone} />
        {!isAlone && <ReceiptOfPolicy />}
      </section>
    </Under.Provider>
  );
}

/** The kind of rules and the title, of the last edition that decides or, where none does, of the last there is. */
function headingOf({ answer, policy }: PolicyAnswer): string {
  const digest = answer.policy.editions.at(-1)?.digest;
  const edition = policy?.editions.find((one) => one.digest === digest) ?? policy?.editions.at(-1);
  const kind =
    answer.policy.editions.length === 0 && edition !== undefined
      ? kindInWords(edition.policy.strength)
      : voiceOf(answer.policy).kind;
  return `${kind}: ${edition?.policy.title ?? answer.policy.id}`;
}
