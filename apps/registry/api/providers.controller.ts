import { AskEligibility } from '@app/application/eligibility';
import { AsKnown, EligibilityQuestion, ProviderPath } from '@app/application/questions';
import { ReadProvider } from '@app/application/records';
import { granted } from '@app/application/refused';
import type { Answer } from '@app/domain/eligibility';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { SETTINGS, type Settings } from '../settings';

@Controller('v1/providers')
export class ProvidersController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get(':key')
  async record(@Param() { key }: ProviderPath, @Query() moment: AsKnown) {
    return granted(await this.queries.execute(new ReadProvider(key, moment)));
  }

  @Get(':key/eligibility')
  async eligibility(@Param() { key }: ProviderPath, @Query() question: EligibilityQuestion): Promise<Answer> {
    const {
      setting,
      on,
      from,
      until,
      adviser = [],
      policy = this.settings.policy,
      route,
      ...moment
    } = question;
    const asked = {
      provider: key,
      setting,
      policy,
      on,
      from,
      until,
      advisers: adviser,
      route: route === 'true',
    };
    return granted(await this.queries.execute(new AskEligibility(asked, moment)));
  }
}
