import { AsKnown, PolicyPath } from '@app/application/questions';
import { ReadPolicies, ReadPolicy } from '@app/application/records';
import { granted } from '@app/application/refused';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';

@Controller('v1/policies')
export class PoliciesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  async all(@Query() moment: AsKnown) {
    return granted(await this.queries.execute(new ReadPolicies(moment)));
  }

  @Get(':id')
  async one(@Param() { id }: PolicyPath, @Query() moment: AsKnown) {
    return granted(await this.queries.execute(new ReadPolicy(id, moment)));
  }
}
