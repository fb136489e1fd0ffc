import { AskReceipt } from '@app/application/proofs/ask-receipt';
import { JOSE } from '@app/http-contract/media-types';
import { addressOf } from '@app/http-contract/page-address';
import { invalidQuestion, Refused, unwrap } from '@app/http-contract/problem/refusal-error';
import { kindTyped } from '@app/http-contract/typed';
import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { keepNothing } from '../../http/conventions';
import { Gives } from '../../http/media-types';
import { asReceipt } from '../../http/receipts';
import { knownAtOf } from '../layout/moment';
import { readParameters, type Query } from '../layout/parameters';
import { PageProblemFilter } from '../problems/page-problem';
import { FIELDS, LISTS, type FormFault } from './form-fields';
import { askedOf, questionTyped } from './typed-question';

/**
 * The receipt of an answer that a page shows: a link cannot say which form it accepts. It asks by the address of that page,
 * but that the provider must be named by its key: no receipt is about someone who was merely taken for what was typed.
 */
@Controller('receipt')
@UseFilters(PageProblemFilter)
export class ReceiptController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Gives(JOSE)
  async receipt(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { given, isClean, faults } = readParameters(request.query as Query, FIELDS, LISTS);
    if (!isClean && faults.length === 0) {
      keepNothing(reply);
      await reply.redirect(addressOf('/receipt', given), 302);
      return;
    }
    const typed = questionTyped(
      given,
      faults.map(({ name, detail }) => ({ field: name, detail })),
    );
    if ('faults' in typed) throw refusedFor(typed.faults);
    const { question } = typed;
    const provider = question.provider.trim();
    if (kindTyped(provider) !== 'provider') throw refusedFor([NO_KEY]);
    const moment = unwrap(await knownAtOf(this.queries, typed.moment));
    const receipt = await this.queries.execute(new AskReceipt(askedOf(provider, question), moment));
    void reply.header('x-robots-tag', 'noindex');
    await reply.send(asReceipt(reply, unwrap(receipt)));
  }
}

const NO_KEY: FormFault = {
  field: 'provider',
  detail: 'Name the provider by its key, such as ukprn:10012345: the page of the answer has it',
};

function refusedFor(faults: readonly FormFault[]): Refused {
  return new Refused(
    invalidQuestion(
      faults.map(({ field, detail }) => ({
        pointer: field === undefined ? '' : `/${field}`,
        code: 'invalid-question',
        detail,
      })),
    ),
  );
}
