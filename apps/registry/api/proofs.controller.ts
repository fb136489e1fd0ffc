import { hash } from 'node:crypto';
import { ListLogKeys, ListReceiptKeys, ReadCheckpoint, ReadTile } from '@app/application/proofs/read-proofs';
import { JWK_SET } from '@app/http-contract/media-types';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { Nothing } from '@app/http-contract/request/shared-questions';
import { TilePath } from '@app/http-contract/routes/proofs';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { keep, keepPermanently, keepUnder } from '../http/conventions';
import { Gives } from '../http/media-types';

const BYTES = 'application/octet-stream';

/** What auditors read: see specification, section 11. */
@Controller()
export class ProofsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('checkpoint')
  @Gives('text/plain')
  async checkpoint(@Query() _: Nothing, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return kept(reply, unwrap(await this.queries.execute(new ReadCheckpoint())));
  }

  @Get('log-keys')
  @Gives('text/plain')
  async logKeys(@Query() _: Nothing, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return kept(reply, unwrap(await this.queries.execute(new ListLogKeys())));
  }

  @Get('.well-known/jwks.json')
  @Gives(JWK_SET)
  async receiptKeys(@Query() _: Nothing, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const set = unwrap(await this.queries.execute(new ListReceiptKeys()));
    keepUnder(reply, hash('sha256', set, 'base64url'));
    void reply.header('content-type', JWK_SET);
    // As bytes: the server would name a charset in the type of a text, and this type has none.
    return Buffer.from(set);
  }

  @Get('tile/*')
  @Gives(BYTES)
  async tile(
    @Param() { '*': path }: TilePath,
    @Query() _: Nothing,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const tile = unwrap(await this.queries.execute(new ReadTile(`tile/${path}`)));
    keepPermanently(reply, hash('sha256', tile, 'base64url'));
    void reply.header('content-type', BYTES);
    return Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength);
  }
}

/** A note that changes as the log goes on, or its keys do. */
function kept(reply: FastifyReply, text: string): string {
  keep(reply);
  void reply.header('content-type', 'text/plain; charset=utf-8');
  return text;
}
