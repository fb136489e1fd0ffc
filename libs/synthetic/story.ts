import type { DatedPosting } from '@app/application/posting/history-import';
import type { DataOf, EventType } from '@app/domain/log/event-catalogue';
import { ASSESSORS, DIPLOMAS, FUNDER, posting, PROFESSION, SCHOOLS, type PostingBody } from './bodies';
import { AREA } from './names';

/** One story: its postings, in order. */
export class Story {
  readonly #name: string;
  readonly postings: DatedPosting[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Adds what a body posted at an instant (RFC 3339), and returns the reference by which that body may name
   * it later.
   */
  tell<T extends EventType>(
    at: string,
    body: PostingBody,
    type: T,
    subject: string,
    data: DataOf<T> & object,
  ): string {
    const id = `${this.#name}-${this.postings.length + 1}`;
    this.postings.push(posting(Date.parse(at), body, id, type, subject, data));
    return `id:${id}`;
  }

  /** Opens an ordinary provider: registered, with one qualified adviser who is employed from a day on. */
  opens(provider: string, name: string, adviser: string, since: string): void {
    const at = (time: string) => `${since}T${time}Z`;
    this.tell(at('09:05'), FUNDER, 'ProviderRegistered', provider, {
      name,
      legalForm: 'company',
      services: ['personal-guidance'],
      clientGroups: ['young-people'],
      area: AREA,
    });
    this.tell(at('09:10'), PROFESSION, 'AdviserRegistered', adviser, {});
    this.tell(at('09:15'), DIPLOMAS, 'QualificationAwarded', adviser, {
      qualification: 'l6-dcgd',
      awardedOn: '2015-07-10',
      certificate: `C-${adviser.slice(-4)}`,
    });
    this.employs(at('09:20'), provider, adviser, since);
  }

  employs(at: string, provider: string, adviser: string, from: string): void {
    this.tell(at, PROFESSION, 'EngagementStarted', adviser, { provider, from, basis: 'employed' });
  }

  awarded(at: string, provider: string, reference: string, from: string, until: string): string {
    return this.tell(at, ASSESSORS, 'AccreditationAwarded', provider, {
      standard: 'matrix',
      reference,
      from,
      until,
      kind: 'initial',
    });
  }

  registersSchool(at: string, school: string, name: string): void {
    this.tell(at, SCHOOLS, 'SchoolRegistered', school, { name, phase: 'secondary', area: AREA });
  }
}

/** Tells each story about the cast, and returns all that is posted in the order of its times. */
export function told(stories: Readonly<Record<string, (story: Story) => void>>): readonly DatedPosting[] {
  return Object.entries(stories)
    .flatMap(([name, tells]) => {
      const story = new Story(name);
      tells(story);
      return story.postings;
    })
    .toSorted((a, b) => a.at - b.at);
}
