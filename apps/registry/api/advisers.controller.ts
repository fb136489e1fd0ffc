import { AdviserPath, AsKnown } from '@app/application/questions';
import { ReadAdviser } from '@app/application/records';
import { granted } from '@app/application/refused';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';

@Controller('v1/advisers')
export class AdvisersController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':key')
  async record(@Param() { key }: AdviserPath, @Query() moment: AsKnown) {
    return granted(await this.queries.execute(new ReadAdviser(key, moment)));
  }
}
