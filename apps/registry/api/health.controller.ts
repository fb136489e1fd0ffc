import { Lifecycle } from '@app/application/lifecycle';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

@Controller('health')
export class HealthController {
  constructor(private readonly operation: Lifecycle) {}

  @Get('live')
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  /**
   * 200 if questions at the head are answered and posts are taken; otherwise 503 with its progress.
   * `checking` while the first inspection runs.
   */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { ready, detail, position, head, today, follower, checking } = await this.operation.status();
    void reply.status(ready ? 200 : 503);
    if (!ready) void reply.header('retry-after', '1');
    return {
      ready,
      position: String(position),
      head: head === null ? null : String(head),
      today,
      follower,
      ...(checking ? { checking } : {}),
      ...(detail === undefined ? {} : { detail }),
    };
  }
}
