import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { keep } from '../http/conventions';
import { Gives } from '../http/media-types';

/** Search engines may list the pages that describe the register; people look up its content here. */
const ROBOTS = `User-agent: *
Disallow: /v1/
`;

/** A tick in a circle, in the colour of the band of every page. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="12" fill="#17325c"/><path d="M7 12.5l3.5 3.5L17 8.5" fill="none" stroke="#fff" stroke-width="2.5"/></svg>';

/** The files that browsers and search engines ask every site for. */
@Controller()
export class WellKnownController {
  @Get('favicon.ico')
  @Gives('image/svg+xml')
  @Header('content-type', 'image/svg+xml; charset=utf-8')
  icon(@Res({ passthrough: true }) reply: FastifyReply): string {
    keep(reply);
    return ICON;
  }

  @Get('robots.txt')
  @Gives('text/plain')
  @Header('content-type', 'text/plain; charset=utf-8')
  robots(@Res({ passthrough: true }) reply: FastifyReply): string {
    keep(reply);
    return ROBOTS;
  }
}
