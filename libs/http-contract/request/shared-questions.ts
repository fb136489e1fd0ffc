import { ADVISER_KEY, BODY_KEY, PROVIDER_KEY } from '@app/domain/values/keys';
import { PLAIN_POSITION } from '@app/read-model/as-of';
import { IsOptional, IsString, Matches } from 'class-validator';
import { TYPED_POSITION } from '../typed';
import { IsLimit, said } from './rules';

export class AtLeast {
  @IsOptional() @IsString() readonly atLeast?: string;
}

export class AsKnown extends AtLeast {
  @IsOptional() @IsString() readonly knownAt?: string;
}

/** The events about a subject, as known at a moment; `after` is the `next` of the page before. */
export class HistoryQuestion extends AsKnown {
  @IsOptional()
  @Matches(TYPED_POSITION, { message: 'after is the position of an event' })
  readonly after?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
}

/** For a route whose query has no parameters: any parameter is refused. */
export class Nothing {}

export class ProviderPath {
  @Matches(...said(PROVIDER_KEY)) readonly key!: string;
}

export class AdviserPath {
  @Matches(...said(ADVISER_KEY)) readonly key!: string;
}

export class EventPath {
  @Matches(PLAIN_POSITION, {
    message: 'A position is a whole number from 0, of at most 20 digits, without leading zeros',
  })
  readonly position!: string;
}

export class BodyPath {
  @Matches(new RegExp(BODY_KEY.pattern.replace('body:', '')), { message: 'A body’s slug is a code' })
  readonly slug!: string;
}

/** What the parameters of a page of a history mean. */
export const HISTORY_PAGE = {
  after: { description: 'The `next` of the page before: the position of an event', example: '4' },
  limit: { description: 'At most so many, up to 100; 100 unless given', example: '100' },
};
