/// <reference types="jest" />
import { CommandLine } from './command-line';
import { REGISTRAR_KEY } from './process';

const cli = CommandLine.ofThisFile();

describe('guidance-register', () => {
  test('prints the header of a table, and its version', async () => {
    expect(await cli.client(['template', 'ProviderMerged'])).toMatchObject({
      code: 0,
      stdout: 'id,subject,into,on\r\n',
    });
    expect(await cli.client(['template', 'Nothing'])).toMatchObject({ code: 2, stdout: '' });
    const close = await cli.client(['template', 'ProviderMergd']);
    expect(close.stderr).toContain('did you mean ProviderMerged?');
    expect((await cli.client(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('lists the types, and says of one that is no table what to do instead', async () => {
    const { code, stdout } = await cli.client(['template']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^AccreditationAwarded +standard, reference, from, kind, until\?, scope\?, conditions\?$/m,
    );
    expect(stdout).not.toMatch(/^BodyRecognised /m);
    const corrected = await cli.client(['template', 'EventCorrected']);
    expect(corrected).toMatchObject({ code: 2, stdout: '' });
    expect(corrected.stderr).toContain(
      'guidance-register correct EVENT --until 31/01/2028 --reason wrong-end',
    );
    const json = await cli.client(['template', 'ProviderMerged', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      type: 'ProviderMerged',
      columns: ['id', 'subject', 'into', 'on'],
      fields: [
        { name: 'into', required: true },
        { name: 'on', required: true },
      ],
    });
  });

  test.each(['post', 'check', 'history', 'template', 'correct', 'suspend', 'appeal', 'retract', 'record'])(
    '%s tells how it is used, with an example',
    async (command) => {
      const { code, stdout } = await cli.client([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`guidance-register ${command} `);
      expect(stdout).toMatch(/\nExamples?:\n/);
      // What is in the environment is secret.
      expect(stdout).not.toContain(REGISTRAR_KEY);
    },
  );

  test('says what is wrong with how it is used', async () => {
    for (const args of [[], ['put'], ['post'], ['check', 'ukprn:10000001'], ['history', 'a', '--colour']])
      expect(await cli.client(args)).toMatchObject({ code: 2, stdout: '' });
  });
});
