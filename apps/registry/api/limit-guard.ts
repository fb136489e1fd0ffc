import { Refused } from '@app/application/refused';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { asksTooMuch } from './limits';
import { MediaTypeGuard } from './media-types';

/** Refuses the request that is one too many, after what comes before that (design, section 3): a body of another type. */
@Injectable()
export class LimitGuard implements CanActivate {
  constructor(private readonly mediaTypes: MediaTypeGuard) {}

  canActivate(context: ExecutionContext): boolean {
    const refusal = asksTooMuch(context.switchToHttp().getRequest<FastifyRequest>());
    if (!refusal) return true;
    this.mediaTypes.canActivate(context);
    throw new Refused(refusal);
  }
}
