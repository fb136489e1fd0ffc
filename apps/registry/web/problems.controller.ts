import { hash } from 'node:crypto';
import { problemPage, PROBLEM_CODES, type ProblemPage } from '@app/application/problem-pages';
import { ProblemPath } from '@app/application/questions';
import { Refused } from '@app/application/refused';
import type { ProblemCode } from '@app/domain/problem';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JSON_TYPE } from '../api/body';
import { keep } from '../api/habits';
import { Gives, preferred } from '../api/media-types';
import { problemOf } from '../api/problem';

const HTML = 'text/html';

const STYLE = `:root { color-scheme: light dark; }
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 40rem; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.125rem; margin: 1.75rem 0 .25rem; }
p { margin: 0; }
code { font: .9em ui-monospace, monospace; background: rgb(127 127 127 / .15); border-radius: .25rem; padding: .1em .3em; }
nav { border-top: 1px solid rgb(127 127 127 / .4); margin-top: 2.5rem; padding-top: 1rem; }`;

/** A page needs nothing but its own style, and runs nothing. */
const POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The pages to which the `type` of each refusal leads. Nothing that is asked stands in an answer. */
@Controller('problems')
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
      throw new Refused({
        code: 'not-found',
        detail: 'No refusal has this code: /docs names those that there are',
      });
    const { code, page } = found;
    keep(reply, false);
    if (preferred(request, [HTML, JSON_TYPE]) === HTML) {
      await reply
        .header('content-type', `${HTML}; charset=utf-8`)
        .header('content-security-policy', POLICY)
        .header('x-content-type-options', 'nosniff')
        .send(PAGES.get(code));
      return;
    }
    const { status, title } = problemOf({ code, detail: '' });
    await reply
      .header('content-type', `${JSON_TYPE}; charset=utf-8`)
      .send(JSON.stringify({ code, status, title, ...page }));
  }
}

/** Words as HTML; what stands between backticks is code. */
function marked(words: string): string {
  return escaped(words).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function written(code: ProblemCode, { refused, example, mend }: ProblemPage): string {
  const { title, status } = problemOf({ code, detail: '' });
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Guidance Register</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>Code <code>${code}</code>, status ${status}</p>
<h2>What is refused</h2>
<p>${marked(refused)}</p>
<h2>For example</h2>
<p>${marked(example)}</p>
<h2>How to mend it</h2>
<p>${marked(mend)}</p>
</main>
<nav><a href="/docs">How to call the register</a></nav>
</body>
</html>
`;
}

const PAGES: ReadonlyMap<ProblemCode, string> = new Map(
  PROBLEM_CODES.map((code) => {
    const found = problemPage(code);
    return [code, found ? written(code, found.page) : ''];
  }),
);
