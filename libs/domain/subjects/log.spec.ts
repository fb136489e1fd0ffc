/// <reference types="jest" />
import { about, given, recognised, today, type Posting } from '../../../test/rules/given';

const restored = (data: object = {}): Posting => ({
  type: 'LogRestored',
  subject: 'log:register',
  data: {
    size: '4183',
    root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    reason: 'restored-from-backup',
    ...data,
  },
});

describe('that the log was restored', () => {
  test('is told before any day is open, and again', () => {
    expect(given().told(restored())).toBe('accepted');
    expect(given(restored()).told(restored({ size: '9' }))).toBe('accepted');
  });

  test.each<[object, string]>([
    [{ size: 4183 }, '/data/size'],
    [{ size: '04183' }, '/data/size'],
    [{ size: '-1' }, '/data/size'],
    [{ root: '47DEQpj8HBSa' }, '/data/root'],
    [{ root: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=' }, '/data/root'],
    [{ reason: 'The disk was lost' }, '/data/reason'],
  ])('has the form of section 3, and not %j', (data, pointer) => {
    expect(given().told(restored(data))).toBe(`invalid-event ${pointer}`);
  });

  test('is of the one log there is', () => {
    expect(given().told({ ...restored(), subject: 'log:other' })).toBe('invalid-event /subject');
  });

  test('is posted by no body, and neither corrected nor retracted nor disputed', () => {
    const world = given(
      restored(),
      today('2026-09-01'),
      recognised('body:all', '2000-01-01', [{ types: '*' }]),
    );
    expect(world.told({ ...restored(), body: 'body:all' })).toBe('not-recognised /type');
    const correction = {
      type: 'EventCorrected',
      subject: 'log:register',
      data: { event: '0', data: restored().data, kind: 'clerical', reason: 'mistake' },
    };
    expect(world.told(correction)).toBe('not-correctable /data/event');
    expect(world.told(about('EventRetracted', 0, {}, 'log:register'))).toBe('not-correctable /data/event');
    expect(world.told(about('DisputeOpened', 0, {}, 'log:register'))).toBe('not-disputable /data/event');
  });
});
