import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { keep } from '../api/habits';
import { Gives } from '../api/media-types';

/** Search engines may list the pages that say what the register is; who stands in it is looked up here. */
const ROBOTS = `User-agent: *
Disallow: /v1/
`;

/** What browsers and search engines ask every site for. */
@Controller()
export class WellKnownController {
  /** No icon: a browser that is told so asks no more. */
  @Get('favicon.ico')
  @Gives()
  @HttpCode(204)
  @Header('cache-control', 'public, max-age=86400')
  icon(): void {
    // Nothing to send.
  }

  @Get('robots.txt')
  @Gives('text/plain')
  @Header('content-type', 'text/plain; charset=utf-8')
  robots(@Res({ passthrough: true }) reply: FastifyReply): string {
    keep(reply);
    return ROBOTS;
  }
}
