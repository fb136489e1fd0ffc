import { Readable } from 'node:stream';
import type { Credential } from '@app/application/access/credential';
import { questionOf } from '@app/http-contract/request/question-pipe';
import { PersonToKeep } from '@app/http-contract/routes/persons';
import { AdviserPath, Nothing, ProviderPath } from '@app/http-contract/request/shared-questions';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import {
  ErasePerson,
  ExportPerson,
  PutPerson,
  ReadPerson,
  type PersonInParts,
} from '@app/application/vault/personal-data';
import type { Person } from '@app/application/vault/vault';
import { Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, jsonOf } from '../http/request-body';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { keepNothing } from '../http/conventions';
import { Gives, MediaTypeGuard, Takes } from '../http/media-types';
import { KeyGuard, Poster } from '../http/api-key.guard';

/** What is kept of an adviser, for the body that registered the person. No one may keep the answer. */
@Controller('v1/advisers/:key/person')
@UseGuards(MediaTypeGuard, KeyGuard)
export class AdviserPersonController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put()
  @Takes(JSON_TYPE)
  @Gives()
  async put(
    @Poster() credential: Credential,
    @Param() { key }: AdviserPath,
    @Query() _query: Nothing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const put = new PutPerson(credential, key, personIn(request));
    if (unwrap(await this.commands.execute(put)).first) madeAt(reply, `/v1/advisers/${key}/person`);
    else void reply.status(204);
  }

  @Get()
  async read(@Poster() credential: Credential, @Param() { key }: AdviserPath, @Query() _query: Nothing) {
    return unwrap(await this.queries.execute(new ReadPerson(credential, key)));
  }

  @Get('export')
  async export(
    @Poster() credential: Credential,
    @Param() { key }: AdviserPath,
    @Query() _query: Nothing,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await give(reply, unwrap(await this.queries.execute(new ExportPerson(credential, key))));
  }

  @Delete()
  @HttpCode(204)
  @Gives()
  async erase(
    @Poster() credential: Credential,
    @Param() { key }: AdviserPath,
    @Query() _query: Nothing,
  ): Promise<void> {
    unwrap(await this.commands.execute(new ErasePerson(credential, key)));
  }
}

/** What is kept of a sole trader, for the body that registered the person. */
@Controller('v1/providers/:key/person')
@UseGuards(MediaTypeGuard, KeyGuard)
export class ProviderPersonController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put()
  @Takes(JSON_TYPE)
  @Gives()
  async put(
    @Poster() credential: Credential,
    @Param() { key }: ProviderPath,
    @Query() _query: Nothing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const put = new PutPerson(credential, key, personIn(request));
    if (unwrap(await this.commands.execute(put)).first) madeAt(reply, `/v1/providers/${key}/person`);
    else void reply.status(204);
  }

  @Get()
  async read(@Poster() credential: Credential, @Param() { key }: ProviderPath, @Query() _query: Nothing) {
    return unwrap(await this.queries.execute(new ReadPerson(credential, key)));
  }

  @Get('export')
  async export(
    @Poster() credential: Credential,
    @Param() { key }: ProviderPath,
    @Query() _query: Nothing,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await give(reply, unwrap(await this.queries.execute(new ExportPerson(credential, key))));
  }

  @Delete()
  @HttpCode(204)
  @Gives()
  async erase(
    @Poster() credential: Credential,
    @Param() { key }: ProviderPath,
    @Query() _query: Nothing,
  ): Promise<void> {
    unwrap(await this.commands.execute(new ErasePerson(credential, key)));
  }
}

function personIn(request: FastifyRequest): Person {
  const sent = questionOf(PersonToKeep, unwrap(jsonOf(bodyOf(request))).value);
  const { name, contact, public: isPublic } = sent;
  return { name, ...(contact === undefined ? {} : { contact }), public: isPublic };
}

function madeAt(reply: FastifyReply, address: string): void {
  void reply.status(201).header('location', address);
}

/** Sends what is held of a person as it is found, so that it is never in memory as a whole. */
async function give(reply: FastifyReply, person: PersonInParts): Promise<void> {
  // Without this the answer could be kept, because it names a position.
  keepNothing(reply);
  await reply
    .header('content-type', `${JSON_TYPE}; charset=utf-8`)
    .send(Readable.from(textOf(person), { objectMode: false }));
}

async function* textOf(person: PersonInParts): AsyncGenerator<string> {
  const { keys, entries, readings, erasures, minted, events, knownAt } = person;
  yield `{"keys":${JSON.stringify(keys)},"entries":${JSON.stringify(entries)},"readings":`;
  yield* listOf(readings);
  yield `,"erasures":${JSON.stringify(erasures)},"minted":${JSON.stringify(minted)},"events":`;
  yield* listOf(events);
  yield `,"knownAt":${JSON.stringify(knownAt)}}`;
}

async function* listOf(parts: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  let separator = '[';
  for await (const items of parts) {
    for (const item of items) {
      yield separator + JSON.stringify(item);
      separator = ',';
    }
  }
  yield separator === '[' ? '[]' : ']';
}
