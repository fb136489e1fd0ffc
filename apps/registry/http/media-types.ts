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
/** The media type of a request without a body. */
export const NOTHING = '';
export const GIVES = 'gives';

/** The media types of the bodies that a handler behind {@link MediaTypeGuard} accepts. */
export const Takes = (...types: string[]) => SetMetadata(TAKES, types);

/** As {@link Takes}, for a handler that also accepts a request without a body. */
export const TakesOrNothing = (...types: string[]) => SetMetadata(TAKES, [...types, NOTHING]);

/** The media types in which a handler answers: by default JSON; none if its answers have no body. */
export const Gives = (...types: string[]) => SetMetadata(GIVES, types);

/** Admits bodies of the types that the handler accepts. */
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

/** Whether a body has one of these types and no content coding. */
export function isTakenType(request: FastifyRequest, taken: readonly string[]): boolean {
  const coding = request.headers['content-encoding'] ?? 'identity';
  return taken.includes(mediaTypeOf(request)) && coding.toLowerCase() === 'identity';
}

/** Refuses, before anything is done, a request that would not accept the answer. */
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

/**
 * The type that the request prefers among those in which an answer can be given (RFC 9110, section 12.5.1).
 */
export function preferred(request: FastifyRequest, given: readonly string[]): string {
  const first = given[0];
  const sent = request.headers.accept;
  if (first !== undefined && (sent === undefined || sent === ANY || sent === first)) return first;
  // Only the weight matters among the parameters: answers are in UTF-8 in any case.
  const accept = (sent ?? '').replace(/;(?!\s*q\s*=)[^;,]*/gi, '').trim() || ANY;
  if (accept === ANY && first !== undefined) return first;
  const type = new Negotiator({ headers: { accept } }).mediaType(given);
  if (type !== undefined) return type;
  throw new Refused(refuse('not-acceptable', `The answer is given as ${given.join(' or ')}: accept that`));
}
