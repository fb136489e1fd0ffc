import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { keyRecords } from '@app/read-model/records/bodies';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Attempts } from '../access/attempts';
import { type Credential } from '../access/credential';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { type Stands, unknownBody } from './body-keys';

/** A key that a body was issued, without its secret. */
export interface ListedKey {
  readonly key: string;
  readonly issued: Stands;
  /** Its last day, by the log’s today; null if it has none. */
  readonly until: string | null;
  /** Whether it opens the register today. */
  readonly inForce: boolean;
  readonly revoked: Stands | null;
  /** To the minute; null where it was never used, as far as the access record goes back. */
  readonly lastUsed: string | null;
}

/** The keys of a body, in the order in which they were issued: for the registrar, and the body itself. */
export class ListKeys extends Query<{ readonly keys: readonly ListedKey[] } | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly slug: string,
    readonly moment: Pick<Moment, 'atLeast'>,
  ) {
    super();
  }
}

@QueryHandler(ListKeys)
export class ListKeysHandler implements IQueryHandler<ListKeys> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly attempts: Attempts,
  ) {}

  async execute({ credential, slug, moment }: ListKeys) {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    const { index: register } = this.reader;
    const unknown = unknownBody(register, slug);
    if (unknown) return unknown;
    const body = `body:${slug}`;
    if (credential.body !== REGISTRAR && credential.body !== body)
      return refuse('not-recognised', `The keys of ${body} are listed to itself and to the registrar`);
    const stands = (at: number): Stands => ({
      position: String(at),
      recordedAt: register.recordedAt(at) ?? '',
    });
    const used = await this.attempts.lastUses(body);
    return {
      keys: keyRecords(register.at(position), body).map(
        ({ key, issued, until, inForce, revoked }): ListedKey => ({
          key,
          issued: stands(issued),
          until,
          inForce,
          revoked: revoked === undefined ? null : stands(revoked),
          lastUsed: used.get(key) ?? null,
        }),
      ),
    };
  }
}
