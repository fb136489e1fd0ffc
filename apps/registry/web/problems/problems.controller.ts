import { problemPage } from '@app/http-contract/problem/problems';
import { ProblemPath } from '@app/http-contract/routes/pages';
import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { keep } from '../../http/conventions';
import { Gives, preferred } from '../../http/media-types';
import { HTML, sendPage } from '../layout/page';
import { PageProblemFilter } from './page-problem';
import { ProblemPageView } from './problem-page';

/** The pages that the `type` of each refusal links to. They repeat nothing of the request. */
@Controller('problems')
@UseFilters(PageProblemFilter)
export class ProblemsController {
  @Get(':code')
  @Gives(HTML, JSON_TYPE)
  async explain(
    @Param() { code: asked }: ProblemPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = problemPage(asked);
    if (!found)
      throw new Refused(refuse('not-found', 'No refusal has this code: /docs names those that there are'));
    if (preferred(request, [HTML, JSON_TYPE]) === HTML) {
      await sendPage(reply, ProblemPageView(found));
      return;
    }
    const { code, status, title, page } = found;
    keep(reply);
    await reply
      .header('content-type', `${JSON_TYPE}; charset=utf-8`)
      .send(JSON.stringify({ code, status, title, ...page }));
  }
}
