/// <reference types="jest" />
import { OverlayView, EMPTY_VIEW } from '@app/domain/log/overlay-view';
import { eligibleDays, resolveQuestion, verdictOf } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { isEventType, type RegisterEvent } from '@app/domain/log/event-catalogue';
import { judge } from '@app/domain/admission/judge';
import { type LogView } from '@app/domain/log/log-view';
import { isRegistered } from '@app/domain/log/identity';
import { isRefusal } from '@app/domain/values/problem';
import { routeTo, type RouteStep } from '@app/domain/route/route';
import type { Submission } from '@app/domain/log/cloud-event';
import { span } from '@app/domain/values/timeline';
import { finished } from '@app/domain/values/work';
import { history, questions } from './histories';
import { asksSeveral, EVENT_TYPES, Oracle } from './oracle';

/** Posts every step of a route as the registrar, one after the other. Each must be accepted. */
function expectAccepted(known: LogView, route: readonly RouteStep[]): void {
  route.reduce((ledger: LogView, { type, subject, data }, i) => {
    const step = { type, subject, data };
    const submission = { ...step, body: 'body:registrar', source: '/route', id: `step-${i}` } as Submission;
    const judgement = judge(submission, { known: ledger, submitted: () => undefined });
    if (judgement.verdict !== 'accepted') throw new Error(JSON.stringify({ step, judgement }));
    return new OverlayView(ledger, [judgement.event]);
  }, known);
}

/** Where the register is still without some type of event there is nothing to compare. */
const whereComplete = EVENT_TYPES.every(isEventType) ? describe : describe.skip;

whereComplete('routes in random histories', () => {
  const SEEDS = Number(process.env['ROUTE_SEEDS'] ?? 12);
  const FIRST_SEED = Number(process.env['ROUTE_FIRST_SEED'] ?? 1);
  /** The longest route that the oracle looks for. */
  const DEEPEST = 6;

  test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
    'are as short as any, of seed %i',
    (seed) => {
      const oracle = new Oracle();
      const postings = history(seed);
      for (const posting of postings) oracle.post(posting);
      for (const asked of questions(seed, 8, postings, oracle.head())) {
        const events = oracle.events().slice(0, (asked.knownAt ?? oracle.head()) + 1);
        const known = new OverlayView(
          EMPTY_VIEW,
          events.map((event) => ({ ...event, position: Number(event.position) }) as unknown as RegisterEvent),
        );
        const { from, until, advisers = [], policy = 'cmqa-2017', knownAt: _, ...rest } = asked;
        // A route of several policies is that of each.
        if (typeof policy !== 'string' || asksSeveral(asked)) continue;
        const question = { ...rest, policy, advisers, from: dayOf(from), until: dayOf(until) };
        const found = resolveQuestion(known, question);
        if (isRefusal(found)) continue;
        const { outcome } = verdictOf(eligibleDays(found), question.from, question.until);
        if (outcome !== 'not-eligible') continue;
        const steps = finished(routeTo(found, span(question.from, question.until)));
        const about = `seed ${seed}: ${JSON.stringify(asked)}: ${JSON.stringify(steps)}`;
        expectAccepted(known, steps);
        expect({
          about,
          eligible: oracle.eligibleAfter(
            asked,
            steps.map((step) => ({ ...step, data: { ...step.data } })),
          ),
        }).toEqual({
          about,
          eligible: steps.length > 0,
        });
        // No event can be posted about a subject whose registration does not stand: the oracle does not look for one.
        const all = [...finished(found.evaluation.engaged()), ...finished(found.evaluation.subcontractors())];
        if (!all.every(({ keys: [key = ''] }) => isRegistered(known, key))) continue;
        const length = steps.length > DEEPEST ? 0 : steps.length;
        expect({ about, length }).toEqual({ about, length: oracle.routeLength(asked) });
      }
    },
  );
});
