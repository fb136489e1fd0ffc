import {
  lackingPublications,
  type PolicyPublications,
  type Publication,
} from '@app/http-contract/built-in-policies';
import { BATCH, JSON_TYPE } from '@app/http-contract/media-types';
import { dayInWords } from '@app/phrases/words';
import { decided } from '../asking';
import { Ending, EXIT } from '../exit-codes';
import { asText, once, RegisterAt, RegisterRefusal, type Problem } from '../register';
import { BY_COMMAND } from './deeds';
import { effectsInWords } from './effects-in-words';
import { isFallen } from './post-outcome';
import type { SentBatch } from './posting-run';

export interface PublishOptions {
  readonly url: string;
  readonly key: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** The register’s list of its policies, with the editions that stand. */
interface Policies {
  readonly policies: Parameters<typeof lackingPublications>[0];
}

/**
 * Publishes the editions of the built-in policies that a register lacks: all of them or none, after a dry run
 * whose effects are shown. Resolves to the exit code: 1 if something hinders the editions of some policy.
 */
export async function publishPolicies(options: PublishOptions, signal: AbortSignal): Promise<number> {
  const { dryRun = false, yes = false, json = false } = options;
  const say = (words: string) => {
    if (!json) process.stdout.write(words);
  };
  const register = new RegisterAt(options.url, options.key);
  const { text } = await once(() => register.text('/v1/policies', undefined, signal));
  const found = lackingPublications((JSON.parse(text) as Policies).policies);
  const lacking = found.flatMap((policy) => ('editions' in policy ? policy.editions : []));
  say(foundInWords(found));
  let [tried, done]: (SentBatch | undefined)[] = [];
  if (lacking.length > 0) {
    tried = await posted(register, lacking, 'dryRun=true&atomic=true', signal);
    say(becameInWords(tried, 'would be published'));
    if (tried.effects) say(effectsInWords(tried.effects));
  }
  if (tried && tried.accepted > 0 && !dryRun) {
    if (!yes)
      await decided(
        'Publish them? An edition that is published never changes.',
        [{ value: true, label: 'Publish' }],
        'Nothing was published. Give the same command with --yes to publish what is said above',
      );
    done = await posted(register, lacking, 'atomic=true', signal);
    say(becameInWords(done, 'published'));
  }
  if (json) process.stdout.write(`${JSON.stringify(asJson(found, tried, done))}\n`);
  const isHindered = found.some((policy) => 'hindrance' in policy) || (tried && fallenOf(tried) > 0);
  return isHindered === true ? EXIT.refused : EXIT.done;
}

/** Posts the editions, all or none. Ends the program if the register refuses any of them. */
async function posted(
  register: RegisterAt,
  lacking: readonly Publication[],
  query: string,
  signal: AbortSignal,
): Promise<SentBatch> {
  const events = lacking.map(({ event }) => ({ ...event, source: BY_COMMAND }));
  const sent = { type: BATCH, accept: JSON_TYPE, body: asText(JSON.stringify(events)) };
  const { text } = await once(() => register.text(`/v1/events?${query}`, sent, signal));
  const batch = JSON.parse(text) as SentBatch;
  const [refused] = batch.rejected;
  if (!refused) return batch;
  const problem = refused.problem as Problem;
  if (problem.code === 'invalid-event')
    throw new Ending(
      EXIT.refused,
      `The register cannot read these policies, and none was published: ${problem.detail}. Start it with this release first`,
    );
  throw new RegisterRefusal(problem);
}

function foundInWords(found: readonly PolicyPublications[]): string {
  const lines = found.flatMap((policy) => {
    const { id } = policy;
    if ('hindrance' in policy) return [hindranceInWords(id, policy)];
    if (policy.editions.length === 0) return [`${id}: nothing to publish, every edition stands`];
    return policy.editions.map(
      ({ edition, effectiveFrom }) =>
        `${id}: edition ${edition} is to be published, in force from ${dayInWords(effectiveFrom)}`,
    );
  });
  return `${lines.join('\n')}\n`;
}

function hindranceInWords(
  id: string,
  { hindrance, edition }: Extract<PolicyPublications, { readonly hindrance: unknown }>,
): string {
  return hindrance === 'differs'
    ? `${id}: nothing is published, because the edition ${edition} that stands differs from the built-in one`
    : `${id}: nothing is published, because edition ${edition} is missing and a later one stands`;
}

function becameInWords(batch: SentBatch, what: string): string {
  const { accepted, duplicates, lastPosition } = batch;
  const fallen = fallenOf(batch);
  const there = duplicates - fallen;
  const lines = [
    `${what}: ${accepted}`,
    ...(there === 0 ? [] : [`published meanwhile by another: ${there}`]),
    ...(fallen === 0 ? [] : [`retracted before: ${fallen} (retract the retraction to have them again)`]),
    ...(accepted === 0 || lastPosition === null ? [] : [`last position: ${lastPosition}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** How many stood there once, and were retracted. */
function fallenOf({ warnings = [] }: SentBatch): number {
  return warnings.filter((one) => isFallen(one.warnings)).length;
}

/** `published`: how many this command has published; null in a dry run, and where nothing was lacking. */
function asJson(
  found: readonly PolicyPublications[],
  tried: SentBatch | undefined,
  done: SentBatch | undefined,
): object {
  return {
    policies: found.map((policy) =>
      'hindrance' in policy
        ? policy
        : { id: policy.id, editions: policy.editions.map(({ event: _event, ...edition }) => edition) },
    ),
    published: done?.accepted ?? null,
    lastPosition: done?.lastPosition ?? null,
    effects: tried?.effects ?? null,
  };
}
