/// <reference types="jest" />
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';
import { Host, type Ended } from './host';
import { endSound, openDay } from './refusal';

/** The client for the command line, beside a register that has opened 2026-09-01. */
export class CommandLine {
  #register: RegisterProcess | undefined;
  #folder: ReturnType<typeof temporaryFolder> | undefined;
  #host: Host | undefined;
  #files = 0;
  #keys = 30_000_000;

  /** Starts a register for the tests of a file, and ends it after them. */
  static ofThisFile(): CommandLine {
    const its = new CommandLine();
    beforeAll(async () => {
      its.#register = await RegisterProcess.start();
      its.#folder = temporaryFolder();
      await openDay(its.register, '2026-09-01');
    });
    afterAll(async () => {
      its.#host?.end();
      its.#folder?.remove();
      await endSound(its.register);
    });
    return its;
  }

  get register(): RegisterProcess {
    if (!this.#register) throw new Error('no test runs');
    return this.#register;
  }

  get folder(): string {
    return this.#folder?.path ?? '';
  }

  environment(url = this.register.url, key = REGISTRAR_KEY): Readonly<Record<string, string>> {
    return { GUIDANCE_REGISTER_URL: url, GUIDANCE_REGISTER_KEY: key };
  }

  /** Runs the client; all of a file run one after the other in one process, which begins each anew. */
  client(args: readonly string[], settings = this.environment()): Promise<Ended> {
    return (this.#host ??= new Host('client/main')).run(args, settings);
  }

  /** A file of its own, that holds this. */
  file(content: string | Buffer, ending = 'csv'): string {
    const path = join(this.folder, `table${++this.#files}.${ending}`);
    writeFileSync(path, content);
    return path;
  }

  /** A UKPRN that no other test has. */
  ukprn(): string {
    return `1${String(this.#keys++ % 10_000_000).padStart(7, '0')}`;
  }

  /** A table of providers that no other test has. */
  providers(count: number, name = 'Example') {
    const ukprns = Array.from({ length: count }, () => this.ukprn());
    const rows = ukprns.map((one, i) => `${i + 1},${one},${name} ${i + 1}`);
    return { ukprns, table: ['No,UKPRN,Name', ...rows, ''].join('\n') };
  }

  /** Of how many events the log consists that were posted of a source, and how many ids those have. */
  async standing(source: string): Promise<{ readonly events: number; readonly ids: number }> {
    const events = (await this.register.log())
      .map((line) => JSON.parse(line) as { source: string; id: string })
      .filter((event) => event.source === source);
    return { events: events.length, ids: new Set(events.map(({ id }) => id)).size };
  }

  /** Under which name a UKPRN is registered. */
  async nameOf(ukprn: string): Promise<string | undefined> {
    const { json } = await this.register.ask(`/v1/providers?q=ukprn:${ukprn}`);
    return (json as { providers: readonly { name: string }[] }).providers[0]?.name;
  }
}

/** The source of a file that says none. */
export function sourceOf(path: string): string {
  return `file:${path.slice(path.lastIndexOf('/') + 1)}`;
}

/** As options: where fields come from. */
export function mapped(...maps: readonly string[]): readonly string[] {
  return maps.flatMap((map) => ['--map', map]);
}

/** How the tables of {@link CommandLine.providers} are posted. */
export const REGISTER: readonly string[] = [
  '--type',
  'ProviderRegistered',
  ...mapped('id={No}', 'subject=ukprn:{UKPRN}', 'name={Name}', 'legalForm=other'),
];

/** How a table of awards is posted: with the columns No, UKPRN, Start and End. */
export const AWARD: readonly string[] = [
  '--type',
  'AccreditationAwarded',
  ...mapped('id=a{No}', 'subject=ukprn:{UKPRN}', 'reference=A/{No}', 'from={Start}', 'until={End}'),
  ...mapped('standard=matrix', 'kind=initial'),
];
