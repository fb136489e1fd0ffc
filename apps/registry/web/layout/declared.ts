import { documentedPath, type Question, type Route } from '@app/http-contract/openapi/document';
import { RequestMethod } from '@nestjs/common';
import {
  GUARDS_METADATA,
  METHOD_METADATA,
  PARAMTYPES_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
import type { Admission } from '../../http/admission';
import { GIVES, NOTHING, TAKES } from '../../http/media-types';
import { KeyGuard } from '../../http/api-key.guard';
import { isForOperators, isLimited } from '../../http/route-costs';

/** A controller, as the application knows it. */
export type ControllerClass = abstract new (...args: never[]) => object;

/** Nest’s notes on a parameter of a handler: `data` if only a part of the query or path is taken. */
type Arguments = Readonly<Record<string, { readonly index: number }>>;
const QUERY = '4';
const PATH = '5';

/** A route, and the requests that it accepts. */
export type DeclaredRoute = Route & Admission;

/** The routes that a controller declares, with the classes that check their paths and queries. */
export function routesOf(controller: ControllerClass): readonly DeclaredRoute[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof handler !== 'function') return [];
    const path = read(PATH_METADATA, handler);
    const method = read(METHOD_METADATA, handler);
    if (path === undefined || method === undefined) return [];
    const types: readonly unknown[] = (Reflect.getMetadata(PARAMTYPES_METADATA, prototype, name) ??
      []) as unknown[];
    const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Arguments;
    const questionIn = (place: string) => {
      const found = Object.entries(args).find(([key]) => key.split(':', 1)[0] === place)?.[1];
      const type = found === undefined ? undefined : types[found.index];
      return typeof type === 'function' && type !== Object ? (type as Question) : undefined;
    };
    const [pathQuestion, queryQuestion] = [questionIn(PATH), questionIn(QUERY)];
    const address = joined(read(PATH_METADATA, controller) ?? '', path);
    const guards = [controller, handler].flatMap((one) => read(GUARDS_METADATA, one) ?? []);
    const taken = read(TAKES, handler);
    return [
      {
        method: RequestMethod[method],
        path: address,
        ...(pathQuestion ? { pathQuestion } : {}),
        ...(queryQuestion ? { queryQuestion } : {}),
        takes: taken,
        takesBody: taken !== undefined,
        bodyRequired: taken !== undefined && !taken.includes(NOTHING),
        negotiated: read(GIVES, handler)?.length !== 0,
        keyed: guards.includes(KeyGuard),
        forOperators: isForOperators(address),
        limited: isLimited(address),
      },
    ];
  });
}

/** Metadata that decorators attach to a controller or a handler. */
interface Noted {
  readonly [PATH_METADATA]: string;
  readonly [METHOD_METADATA]: RequestMethod;
  readonly [GUARDS_METADATA]: readonly unknown[];
  readonly [TAKES]: readonly string[];
  readonly [GIVES]: readonly string[];
}

function read<K extends keyof Noted>(name: K, of: object): Noted[K] | undefined {
  return Reflect.getMetadata(name, of) as Noted[K] | undefined;
}

function joined(...parts: readonly string[]): string {
  const path = parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/');
  return documentedPath(`/${path}`);
}
