/// <reference types="jest" />
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/acceptance/process';
import { receiptIn } from './receipt-file';

const { path: folder, remove } = temporaryFolder();
const file = join(folder, 'receipt.jws');

afterAll(remove);

test.each([
  ['a.b.c', 'a.b.c'],
  ['a.b.c\n', 'a.b.c'],
  ['a.b.c\r\n', 'a.b.c'],
  ['a.b.c\n\n', 'a.b.c\n'],
])('a file is read without the newline after it: %j', async (written, read) => {
  writeFileSync(file, written);
  expect(await receiptIn(file)).toBe(read);
  expect(await receiptIn('-', new Blob([written]).stream())).toBe(read);
});

test('a file that is longer than any receipt is not read on, however long it is', async () => {
  writeFileSync(file, '');
  truncateSync(file, 2 ** 40);
  const found = { code: 'malformed-receipt', detail: expect.stringContaining('longer') as string };
  expect(await receiptIn(file)).toMatchObject(found);
  let given = 0;
  async function* endless() {
    for (;;) {
      given++;
      yield await Promise.resolve(Buffer.alloc(1 << 20, '.'));
    }
  }
  expect(await receiptIn('-', endless())).toMatchObject(found);
  expect(given).toBe(17);
});

test('what is no text is no receipt, and no file is said to be none', async () => {
  writeFileSync(file, Buffer.from([0x61, 0xff]));
  expect(await receiptIn(file)).toMatchObject({ code: 'malformed-receipt' });
  await expect(receiptIn(join(folder, 'none'))).rejects.toMatchObject({ code: 3 });
  await expect(receiptIn(folder)).rejects.toMatchObject({ code: 3 });
});
