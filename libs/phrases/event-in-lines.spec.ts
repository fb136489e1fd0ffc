/// <reference types="jest" />
import type { StoredEvent } from '@app/domain/log/stored-event';
import { eventInLines } from './event-in-lines';

const event = (type: string, subject: string, data: object): StoredEvent =>
  ({
    position: '4182',
    stream: 'a-stream',
    revision: 0,
    type,
    schema: 1,
    subject,
    body: 'body:matrix',
    source: '/feed',
    id: '1',
    recordedAt: '2026-09-01T09:00:01.204Z',
    data,
  }) as StoredEvent;

describe('an event in lines', () => {
  test.each([
    [
      'an award',
      event('AccreditationAwarded', 'ukprn:10000001', {
        from: '2026-09-01',
        kind: 'initial',
        reference: 'M-1',
        scope: ['young-people', 'adults'],
        standard: 'matrix',
        until: '9999-12-31',
      }),
      [
        '4182  Accreditation awarded: ukprn:10000001, from 1 September 2026 with no end known',
        '    posted by body:matrix, 1 September 2026 at 10:00 (London time)',
        '    Reference: M-1; Scope: young-people and adults; Standard: matrix; Kind: initial',
      ],
    ],
    [
      'a day',
      event('DayOpened', 'calendar:england', { date: '2026-09-02' }),
      [
        '4182  Day opened: calendar:england, on 2 September 2026',
        '    posted by body:matrix, 1 September 2026 at 10:00 (London time)',
      ],
    ],
    [
      'a correction, with the data that it gives',
      event('EventCorrected', 'ukprn:10000001', {
        data: { from: '2026-08-01', name: 'Example' },
        event: '17',
        kind: 'clerical',
        reason: 'typing-mistake',
      }),
      [
        '4182  Correction: ukprn:10000001',
        '    posted by body:matrix, 1 September 2026 at 10:00 (London time)',
        '    Event: 17; Kind: clerical; Reason: typing mistake; Data in its place: (From: 1 August 2026; Name: Example)',
      ],
    ],
    [
      'an edition of a policy, by its title',
      event('PolicyEditionPublished', 'policy:example', {
        edition: 2,
        effectiveFrom: '2026-09-01',
        policy: { title: 'An example', settings: {} },
      }),
      [
        '4182  Edition of a policy published: policy:example, from 1 September 2026 on',
        '    posted by body:matrix, 1 September 2026 at 10:00 (London time)',
        '    Edition: 2; Policy: An example',
      ],
    ],
    [
      'a name that would turn the line around',
      event('ProviderRegistered', 'ukprn:10000001', { name: 'Example\u202e Ltd' }),
      [
        '4182  Provider registered: ukprn:10000001',
        '    posted by body:matrix, 1 September 2026 at 10:00 (London time)',
        '    Name: Example[U+202E] Ltd',
      ],
    ],
  ])('tells %s', (_, told, lines) => {
    expect(eventInLines(told)).toEqual(lines);
  });
});
