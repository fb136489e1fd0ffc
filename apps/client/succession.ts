import { extname } from 'node:path';
import type { Proposal } from '@app/domain/succession/proposal';
import { leftOutInWords, stepInWords } from '@app/phrases/evidence-words';
import { capitalised, dayInWords, eventsInWords, visible } from '@app/phrases/words';
import { Ending, EXIT } from './exit-codes';
import { mayReplace, toFile } from './output';
import { BY_COMMAND, commandId } from './post/deeds';
import { once, pathOf, RegisterAt } from './register';
import { providerMeant, registeredAs } from './whom';

export interface SuccessionOptions {
  readonly to?: string;
  readonly knownAt?: string;
  readonly body?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly source?: string;
  readonly ids?: string;
  readonly json?: boolean;
  readonly url: string;
  readonly key?: string;
}

/** The ends of the names by which `post` takes a file for events: one JSON text, or a line each. */
const BATCH = '.json';
const LINES = ['.ndjson', '.jsonl'];

type Events = Proposal['events'];

/**
 * Shows what to post for whoever took the place of a provider, and writes it as a file for `post` where one is
 * named. It posts nothing.
 */
export async function printSuccession(
  whom: string,
  options: SuccessionOptions,
  signal: AbortSignal,
): Promise<number> {
  const { output, body, knownAt, json = false } = options;
  if (output !== undefined) {
    if (![BATCH, ...LINES].includes(extname(output)))
      throw new Ending(
        EXIT.usage,
        `${output}: name it .ndjson or .json, by which post takes a file for events`,
      );
    await mayReplace(output, options.force === true);
  }
  const register = new RegisterAt(options.url, options.key);
  return once(async () => {
    const from = await providerMeant(register, whom, signal);
    const to = options.to === undefined ? undefined : await providerMeant(register, options.to, signal);
    const said = Object.entries({ to, knownAt }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const query = said.length === 0 ? '' : `?${new URLSearchParams(said).toString()}`;
    const path = `/v1/providers/${pathOf(from)}/succession${query}`;
    const { text } = await register.text(path, undefined, signal);
    const proposal = JSON.parse(text) as Proposal;
    const events = proposal.events.filter(({ by }) => body === undefined || by.includes(body));
    if (output !== undefined) await toFile(output, written(events, output, options), false);
    if (json) process.stdout.write(`${text}\n`);
    else {
      const names = await namesOf(register, proposal, signal);
      const words = [...inWords({ ...proposal, events }, names, body), '', ...further(events, options)];
      process.stdout.write(`${words.join('\n')}\n`);
    }
    return EXIT.done;
  });
}

/** Ids are made of what is posted: what was posted from an earlier proposal is not posted twice. */
async function* written(
  events: Events,
  output: string,
  { source = BY_COMMAND, ids = '' }: SuccessionOptions,
): AsyncGenerator<Buffer> {
  const lines = events.map(({ type, subject, data }) =>
    JSON.stringify({
      specversion: '1.0',
      source,
      id: `${ids}${commandId(type, subject, { ...data }, '')}`,
      type,
      subject,
      data,
    }),
  );
  const text = extname(output) === BATCH ? `[\n${lines.join(',\n')}\n]\n` : `${lines.join('\n')}\n`;
  yield await Promise.resolve(Buffer.from(lines.length === 0 && extname(output) !== BATCH ? '' : text));
}

async function namesOf(
  register: RegisterAt,
  { from, to }: Proposal,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = [
    ...(await registeredAs(register, from, signal)),
    ...(await registeredAs(register, to, signal)),
  ];
  return new Map(found.flatMap(({ key, name }) => (name === null ? [] : [[key, name]])));
}

function inWords(
  { from, to, on, events, leftOut }: Proposal,
  names: ReadonlyMap<string, string>,
  body: string | undefined,
): readonly string[] {
  const called = (key: string) => (names.has(key) ? `${visible(names.get(key) ?? '')} (${key})` : key);
  const whose = body === undefined ? '' : ` that ${body} may record`;
  return [
    `${called(to)} takes the place of ${called(from)} after ${dayInWords(on)}. Nothing passes over by itself.`,
    '',
    events.length === 0
      ? `There is nothing to propose${whose}.`
      : `Proposed${whose}, in this order, each for whoever posts it to look at:`,
    ...events.map((event) => `  ${stepInWords(event, names)}.`),
    ...(leftOut.length === 0 ? [] : ['', 'Left out:']),
    ...leftOut.map(
      ({ position, reason }) => `  ${capitalised(eventsInWords([position]))}: ${leftOutInWords(reason)}.`,
    ),
  ];
}

/** Who posts how many of them, and how that is done. */
function further(events: Events, { output, body }: SuccessionOptions): readonly string[] {
  if (events.length === 0) return ['Nothing was posted.'];
  const shares = [...Map.groupBy(events, ({ by }) => by.join(' or '))].map(
    ([by, its]) => `${by} ${its.length}`,
  );
  return [
    `Nothing was posted. Each body posts its own: ${shares.join(', ')}.`,
    output === undefined
      ? 'With --body BODY --output FILE.ndjson those of one body are written, for post FILE.ndjson --dry-run.'
      : `${output} has ${body === undefined ? 'all of them' : `those of ${body}`}: post ${output} --dry-run tries them.`,
  ];
}
