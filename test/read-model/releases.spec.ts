/// <reference types="jest" />
import fc from 'fast-check';
import type { Credential } from '@app/application/access/credential';
import type { Submission } from '@app/domain/log/cloud-event';
import type * as posting from '@app/application/posting/writer';
import type * as catalogue from '@app/domain/log/event-catalogue';
import type * as schemas from '@app/domain/log/event-schemas';
import type * as stored from '@app/domain/log/stored-event';
import type * as following from '@app/read-model/follower';
import type * as indexing from '@app/read-model/index/event-index';
import { eventsOf } from '@app/event-store/event-log.contract';
import { MemoryLog } from '@app/event-store/memory';
import type * as provider from '@app/domain/subjects/provider';

const REGISTRAR: Credential = { body: 'body:registrar', hash: 'f'.repeat(64) };

type Release = Pick<typeof catalogue, 'definitionOf'> &
  Pick<typeof stored, 'asRecorded' | 'readStored'> &
  Pick<typeof schemas, 'storedFieldErrors'> &
  Pick<typeof posting, 'Writer'> &
  Pick<typeof following, 'Follower'> &
  Pick<typeof indexing, 'EventIndex'>;

/** The modules of one release, with definitions of their own; `before` puts others in the place of some. */
function loaded(before: () => void = () => undefined): Release {
  let release: Release | undefined;
  jest.isolateModules(() => {
    before();
    release = {
      ...jest.requireActual<typeof catalogue>('@app/domain/log/event-catalogue'),
      ...jest.requireActual<typeof stored>('@app/domain/log/stored-event'),
      ...jest.requireActual<typeof schemas>('@app/domain/log/event-schemas'),
      ...jest.requireActual<typeof posting>('@app/application/posting/writer'),
      ...jest.requireActual<typeof following>('@app/read-model/follower'),
      ...jest.requireActual<typeof indexing>('@app/read-model/index/event-index'),
    };
  });
  jest.dontMock('@app/domain/subjects/provider');
  if (release === undefined) throw new Error('nothing was loaded');
  return release;
}

/** As this release, but that a registration has to say in which country the provider is: all of before are in England. */
function withSecondVersion(): void {
  jest.doMock('@app/domain/subjects/provider', () => {
    const actual = jest.requireActual<typeof provider>('@app/domain/subjects/provider');
    const { data } = actual.events.ProviderRegistered;
    const country = { type: 'string', enum: ['England', 'Wales'] };
    const ProviderRegistered = {
      ...actual.events.ProviderRegistered,
      earlier: [{ data, next: (before: object) => ({ ...before, country: 'England' }) }],
      data: { ...data, properties: { ...data.properties, country }, required: [...data.required, 'country'] },
    };
    return { ...actual, events: { ...actual.events, ProviderRegistered } };
  });
}

/** A process of a release on a log that others use too. */
class Replica {
  readonly index;
  readonly follower;
  readonly #writer;

  constructor(release: Release, log: MemoryLog) {
    const handle = new MemoryLog(log);
    this.index = new release.EventIndex();
    this.follower = new release.Follower(handle, this.index);
    this.#writer = new release.Writer(handle, this.index, this.follower, {
      clock: () => Date.UTC(2026, 8, 1, 12),
      calendar: 'manual',
      registrarKey: REGISTRAR.hash,
      patience: Infinity,
    });
    void this.follower.run();
  }

  /** What became of it, such as `accepted`, or the code of its refusal. */
  async post(id: string, type: Submission['type'], subject: string, data: object): Promise<string> {
    const submission = { body: REGISTRAR.body, source: '/feed', id, type, subject, data: { ...data } };
    const answer = await this.#writer.post(REGISTRAR, [submission]);
    if ('code' in answer) return `${answer.code}: ${answer.detail}`;
    return answer.map((one) => (one.outcome === 'refused' ? one.refusal.code : one.outcome)).join();
  }

  /** Data of the events of a provider, as rules see them. */
  data(subject: string): readonly object[] {
    return this.index
      .at(this.index.head)
      .stream(`provider-${subject}`)
      .map(({ data }) => data);
  }

  async stopped(): Promise<string> {
    while (this.follower.state !== 'stopped') await new Promise((resolve) => setTimeout(resolve, 1));
    return String(this.follower.failure);
  }
}

const [NORTH, SOUTH, WEST] = ['ukprn:10000001', 'ukprn:10000002', 'ukprn:10000003'] as const;
const FIRST_FORM = { name: 'North', legalForm: 'company' };
const SECOND_FORM = { ...FIRST_FORM, country: 'Wales' };
const correctionOf = (event: number, data: object) => ({
  event: String(event),
  data,
  kind: 'clerical',
  reason: 'mistyped',
});

describe('two releases on one log, of which the later one has a second version of an event', () => {
  let earlier: Release;
  let later: Release;
  const replicas: Replica[] = [];
  const replica = (release: Release, log: MemoryLog) => {
    const made = new Replica(release, log);
    replicas.push(made);
    return made;
  };

  beforeAll(() => {
    earlier = loaded();
    later = loaded(withSecondVersion);
  });

  afterEach(() => {
    for (const { follower } of replicas.splice(0)) follower.stop();
  });

  it('the later one reads what the earlier one wrote, in the present form, and leaves its bytes alone', async () => {
    const log = new MemoryLog();
    const before = replica(earlier, log);
    expect(await before.post('north', 'ProviderRegistered', NORTH, FIRST_FORM)).toBe('accepted');
    expect(
      await before.post('c', 'EventCorrected', NORTH, correctionOf(0, { ...FIRST_FORM, name: 'Nord' })),
    ).toBe('accepted');
    const texts = await eventsOf(log);
    const after = replica(later, log);
    expect(await after.follower.reached(1, 2_000)).toBe(true);
    expect(before.data(NORTH)[0]).toEqual({ ...FIRST_FORM, name: 'Nord' });
    expect(after.data(NORTH)[0]).toEqual({ ...FIRST_FORM, name: 'Nord', country: 'England' });
    expect(after.index.at(0).stream(`provider-${NORTH}`)[0]?.data).toEqual({
      ...FIRST_FORM,
      country: 'England',
    });
    expect([after.index.text(0), after.index.text(1)]).toEqual(texts);
  });

  it('both write side by side as long as neither writes of the second version', async () => {
    const log = new MemoryLog();
    const [before, after] = [replica(earlier, log), replica(later, log)];
    expect(await before.post('north', 'ProviderRegistered', NORTH, FIRST_FORM)).toBe('accepted');
    const renamed = { name: 'Nord', from: '2026-09-02' };
    expect(await after.post('r', 'ProviderRenamed', NORTH, renamed)).toBe('accepted');
    expect(await before.post('r', 'ProviderRenamed', NORTH, renamed)).toBe('duplicate');
    expect(
      await after.post('north', 'ProviderRegistered', NORTH, { ...FIRST_FORM, country: 'England' }),
    ).toBe('duplicate');
    expect(before.follower.state).toBe('caught-up');
  });

  it('the earlier ones stop at the first event of the second version, say what to start, and answer what they have', async () => {
    const log = new MemoryLog();
    const [one, another, after] = [replica(earlier, log), replica(earlier, log), replica(later, log)];
    expect(await one.post('north', 'ProviderRegistered', NORTH, FIRST_FORM)).toBe('accepted');
    expect(await after.post('south', 'ProviderRegistered', SOUTH, SECOND_FORM)).toBe('accepted');
    for (const before of [one, another]) {
      expect(await before.stopped()).toBe(
        'LaterRelease: The event at 1 was written by a later release: it has version 2 of the data of ProviderRegistered, and this release knows version 1. Nothing is lost: start that release here, or a later one. This release records nothing on this log, and answers no question about it from position 1 on.',
      );
      expect(before.follower.remedy).toBe(
        'A later release has written to the log: start that release in the place of this one',
      );
      expect(before.index.head).toBe(0);
      expect(before.data(NORTH)).toEqual([FIRST_FORM]);
      expect(await before.post('west', 'ProviderRegistered', WEST, FIRST_FORM)).toContain(
        'unavailable: A later release has written to the log: start that release',
      );
    }
    const schemas = (await eventsOf(log)).map((text) => (JSON.parse(text) as stored.StoredEvent).schema);
    expect(schemas).toEqual([1, 2]);
  });

  it('nothing is lost: what an earlier one could not take the later ones do, and read all of both', async () => {
    const log = new MemoryLog();
    const [before, after] = [replica(earlier, log), replica(later, log)];
    const posted = [
      before.post('north', 'ProviderRegistered', NORTH, FIRST_FORM),
      after.post('south', 'ProviderRegistered', SOUTH, SECOND_FORM),
      before.post('west', 'ProviderRegistered', WEST, FIRST_FORM),
    ];
    const answers = await Promise.all(posted);
    await before.stopped();
    const again = replica(later, log);
    const forms = [{ ...FIRST_FORM, country: 'England' }, SECOND_FORM, { ...FIRST_FORM, country: 'England' }];
    for (const [i, [id, subject]] of (
      [
        ['north', NORTH],
        ['south', SOUTH],
        ['west', WEST],
      ] as const
    ).entries()) {
      const expected = answers[i] === 'accepted' ? 'duplicate' : 'accepted';
      expect(await again.post(id, 'ProviderRegistered', subject, forms[i] ?? {})).toBe(expected);
    }
    expect(await after.follower.reached(2, 2_000)).toBe(true);
    for (const [i, subject] of [NORTH, SOUTH, WEST].entries()) {
      expect(again.data(subject)).toEqual([forms[i]]);
      expect(after.data(subject)).toEqual([forms[i]]);
    }
    expect(await eventsOf(log)).toHaveLength(3);
  });

  it('a correction is of the version of what it corrects, and stops an earlier release too', async () => {
    const log = new MemoryLog();
    const [before, after] = [replica(earlier, log), replica(later, log)];
    expect(await before.post('north', 'ProviderRegistered', NORTH, FIRST_FORM)).toBe('accepted');
    expect(await after.post('c', 'EventCorrected', NORTH, correctionOf(0, SECOND_FORM))).toBe('accepted');
    expect(await before.stopped()).toContain('The event at 1 was written by a later release');
    expect(after.data(NORTH)[0]).toEqual(SECOND_FORM);
    const again = replica(later, log);
    expect(await again.follower.reached(1, 2_000)).toBe(true);
    expect(again.data(NORTH)[0]).toEqual(SECOND_FORM);
    expect(JSON.parse(again.index.text(1))).toMatchObject({ type: 'EventCorrected', schema: 2 });
  });

  it.each([
    [
      'a type that is new',
      { type: 'ProviderAudited' },
      'this release does not know events of the type ProviderAudited',
    ],
    ['a version that is new', { schema: 7 }, 'it has version 7 of the data of ProviderRegistered'],
  ])('an event with %s is told as that of a later release, and not as damage', async (_, change, words) => {
    const log = new MemoryLog();
    await replica(earlier, log).post('north', 'ProviderRegistered', NORTH, FIRST_FORM);
    const [text = ''] = await eventsOf(log);
    const other = new MemoryLog();
    await other.append([JSON.stringify({ ...(JSON.parse(text) as object), ...change })], -1);
    expect(await replica(earlier, other).stopped()).toContain(words);
  });

  it('an event that has not the form of the version that it names is refused by the later one too', async () => {
    const log = new MemoryLog();
    await replica(earlier, log).post('north', 'ProviderRegistered', NORTH, FIRST_FORM);
    const [text = ''] = await eventsOf(log);
    const first = JSON.parse(text) as stored.StoredEvent;
    expect(later.readStored({ ...first, data: { legalForm: 7 } })).toMatchObject({ code: 'invalid-event' });
    expect(later.readStored({ ...first, data: SECOND_FORM })).toMatchObject({ code: 'invalid-event' });
    expect(later.readStored({ ...first, schema: 2 })).toMatchObject({ code: 'invalid-event' });
    expect(later.readStored(first)).toBe(first);
  });

  it('whatever the earlier release takes, the later one reads, and finds sound in the present form', () => {
    const name = fc.string({ minLength: 1, maxLength: 60 });
    const codes = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}(?:-[a-z]{1,8})?$/), {
      minLength: 1,
      maxLength: 4,
    });
    const form = fc.record(
      {
        name,
        legalForm: fc.constantFrom(
          'company',
          'charity',
          'college',
          'local-authority',
          'sole-trader',
          'other',
        ),
        services: codes,
        clientGroups: codes,
      },
      { requiredKeys: ['legalForm'] },
    );
    let taken = 0;
    fc.assert(
      fc.property(form, (data) => {
        const first = {
          body: REGISTRAR.body,
          data,
          id: 'north',
          position: '0',
          recordedAt: '2026-09-01T00:00:00.000Z',
          revision: 0,
          schema: 1,
          source: '/feed',
          stream: `provider-${NORTH}`,
          subject: NORTH,
          type: 'ProviderRegistered' as const,
        };
        if ('code' in earlier.readStored(first)) return;
        taken++;
        expect(later.readStored(first)).toBe(first);
        const { data: present } = later.asRecorded(first);
        expect(present).toEqual({ ...data, country: 'England' });
        expect(later.storedFieldErrors('ProviderRegistered', NORTH, present)).toEqual([]);
      }),
    );
    expect(taken).toBeGreaterThan(10);
  });

  it('a correction has no versions of its own, for its version is that of what it corrects', () => {
    expect(earlier.definitionOf('EventCorrected').earlier).toBeUndefined();
  });
});
