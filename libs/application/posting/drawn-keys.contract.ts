/// <reference types="jest" />
import { randomBytes } from 'node:crypto';
import type { DrawnKeys, NamedRequest } from './drawn-keys';

/** The contract of every implementation of {@link DrawnKeys}. `others`: further handles on the same store. */
export function drawnKeysContract(
  name: string,
  open: () => { readonly keys: DrawnKeys; readonly others: readonly DrawnKeys[]; close(): Promise<void> },
): void {
  describe(`${name} keeps the contract of drawn keys`, () => {
    let opened: ReturnType<typeof open>;
    let all: readonly DrawnKeys[];
    beforeEach(() => {
      opened = open();
      all = [opened.keys, ...opened.others];
    });
    afterEach(() => opened.close());

    const request = (named: string): NamedRequest => ({ name: named, sealing: randomBytes(32) });

    test('the first secret of a request is the answer to all who repeat it', async () => {
      const [one, other] = [request('one'), request('other')];
      expect(await opened.keys.drawn(one, 'secret-1')).toEqual({ secret: 'secret-1' });
      for (const keys of all) expect(await keys.drawn(one, 'secret-2')).toEqual({ secret: 'secret-1' });
      expect(await opened.keys.drawn(other, 'secret-3')).toEqual({ secret: 'secret-3' });
    });

    test('several requests of one name at the same moment get one secret', async () => {
      const one = request('one');
      const given = await Promise.all(
        [...all, ...all].map((keys, i) => keys.drawn(one, `secret-${i}`).then(({ secret }) => secret)),
      );
      expect(new Set(given).size).toBe(1);
    });

    test('the answer to a request has the position of the key once that is issued', async () => {
      const one = request('one');
      await opened.keys.drawn(one, 'secret-1');
      await opened.keys.issued(one, { secret: 'secret-1', position: 17 });
      for (const keys of all)
        expect(await keys.drawn(one, 'secret-2')).toEqual({ secret: 'secret-1', position: 17 });
    });
  });
}
