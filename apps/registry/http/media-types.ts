import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { mediaTypeOf } from './request-body';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { varyBy } from './conventions';
import { unsupported } from './problem-details';

export const TAKES = 'takes';
/** Stands for no media type at all, of a request without a body. */
export const NOTHING = '';
export const GIVES = 'gives';

/** The media types of the bodies that a handler behind {@link MediaTypeGuard} takes. */
export const Takes = (...types: string[]) => SetMetadata(TAKES, types);

/** The same of a handler that also does without a body. */
export const TakesOrNothing = (...types: string[]) => SetMetadata(TAKES, [...types, NOTHING]);

/** The media types in which a handler answers, JSON unless it says otherwise; none where it answers without a body. */
export const Gives = (...types: string[]) => SetMetadata(GIVES, types);

/** Lets in a body of the types that the handler takes. */
@Injectable()
export class MediaTypeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const taken = this.reflector.get<readonly string[] | undefined>(TAKES, context.getHandler());
    if (!taken || (taken.includes(NOTHING) && !request.body)) return true;
    if (!request.body || !isTakenType(request, taken)) throw new Refused(unsupported(request));
    return true;
  }
}

/** Whether a body is of one of these types, and as it is. */
export function isTakenType(request: FastifyRequest, taken: readonly string[]): boolean {
  const coding = request.headers['content-encoding'] ?? 'identity';
  return taken.includes(mediaTypeOf(request)) && coding.toLowerCase() === 'identity';
}

/** Refuses, before anything is done, who would not take the answer. */
@Injectable()
export class AcceptGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const given = this.reflector.get<readonly string[] | undefined>(GIVES, context.getHandler()) ?? [
      JSON_TYPE,
    ];
    const http = context.switchToHttp();
    if (given.length > 1) varyBy(http.getResponse<FastifyReply>(), 'accept');
    if (given.length > 0) preferred(http.getRequest<FastifyRequest>(), given);
    return true;
  }
}

const ANY = '*/*';

/** Of the types in which an answer can be given, the one that the request prefers (RFC 9110, section 12.5.1). */
export function preferred(request: FastifyRequest, given: readonly string[]): string {
  // Of the parameters only the weight is looked at: what is given in UTF-8 has no other form.
  const accept = (request.headers.accept ?? '').replace(/;(?!\s*q\s*=)[^;,]*/gi, '').trim() || ANY;
  if (accept === ANY && given[0] !== undefined) return given[0];
  const type = new Negotiator({ headers: { accept } }).mediaType(given);
  if (type !== undefined) return type;
  throw new Refused(refuse('not-acceptable', `The answer is given as ${given.join(' or ')}: accept that`));
}
