import { Refused } from '@app/http-contract/problem/refusal-error';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { contextOf } from './request-context';
import { MediaTypeGuard } from './media-types';

/**
 * Refuses a request beyond the limit, after the refusals that come first (specification, section 3): a body
 * of a wrong type.
 */
@Injectable()
export class LimitGuard implements CanActivate {
  constructor(private readonly mediaTypes: MediaTypeGuard) {}

  canActivate(context: ExecutionContext): boolean {
    const { tooMuch } = contextOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (!tooMuch) return true;
    this.mediaTypes.canActivate(context);
    throw new Refused(tooMuch);
  }
}
