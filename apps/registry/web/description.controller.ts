import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openApiDocument } from '@app/http-contract/openapi/document';
import { FilePath } from '@app/http-contract/routes/pages';
import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { version } from '../../../package.json';
import { keep } from '../http/conventions';
import { Gives } from '../http/media-types';
import { routesOf, type ControllerClass } from './layout/declared';
import { KeptFile } from './layout/kept';

const SWAGGER_UI = dirname(require.resolve('swagger-ui-dist/package.json'));

const HTML = 'text/html; charset=utf-8';

/** The files of the page, with the type of each. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
]);

const START = 'start.js';
const STYLE = 'page.css';

/** The page sends requests only to this register, and shows content of no one else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guidance Register: for developers</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/${STYLE}">
</head>
<body>
<p><a href="/">Guidance Register: check a provider</a></p>
<noscript><p>This page needs JavaScript. The same in another form: <a href="/openapi.json">openapi.json</a></p></noscript>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/${START}"></script>
</body>
</html>
`;

const OWN: readonly (readonly [string, KeptFile])[] = [
  [
    START,
    new KeptFile(
      'text/javascript; charset=utf-8',
      `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  deepLinking: true,
});
`,
    ),
  ],
  [
    STYLE,
    new KeptFile(
      'text/css; charset=utf-8',
      'body { margin: 0; font-family: sans-serif; }\nbody > p { max-width: 1460px; margin: 0 auto; padding: 12px 20px; }\n',
    ),
  ],
];

function fileOf(type: string, file: string): KeptFile {
  return new KeptFile(type, readFileSync(join(SWAGGER_UI, file), 'utf8'));
}

/** The description of the API: as OpenAPI, and as a page that shows it. */
@Controller()
export class DescriptionController {
  #document: KeptFile | undefined;
  readonly #files = new Map(OWN);

  constructor(private readonly discovery: DiscoveryService) {}

  /** Made once, from the controllers that there are. */
  @Get('openapi.json')
  async document(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.#document ??= new KeptFile(
      'application/json; charset=utf-8',
      JSON.stringify(
        openApiDocument(
          this.discovery
            .getControllers()
            .flatMap(({ metatype }) => (metatype ? routesOf(metatype as ControllerClass) : [])),
          version,
        ),
      ),
    );
    await this.#document.send(request, reply);
  }

  @Get('docs')
  @Gives('text/html')
  @Header('content-type', HTML)
  @Header('content-security-policy', POLICY)
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    keep(reply);
    return PAGE;
  }

  @Get('docs/:file')
  @Gives('text/css', 'text/javascript')
  async file(
    @Param() { file }: FilePath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const type = FILES.get(file);
    const found = this.#files.get(file) ?? (type === undefined ? undefined : fileOf(type, file));
    if (!found) throw new Refused(refuse('not-found', 'There is no such file: the page is at /docs'));
    this.#files.set(file, found);
    await found.send(request, reply);
  }
}
