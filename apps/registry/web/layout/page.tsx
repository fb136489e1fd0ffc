import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createContext, type ComponentChildren, type VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { renderToString } from 'preact-render-to-string';
import { keep, keepNothing } from '../../http/conventions';
import { STYLE } from './style';

export const HTML = 'text/html';

/** A page uses only its own style, runs no script, and sends what is typed only to this register. */
function contentPolicy(hasForm: boolean): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
    "base-uri 'none'",
    `form-action ${hasForm ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

const WITH_FORM = contentPolicy(true);
const WITHOUT_FORM = contentPolicy(false);

const notices = new WeakMap<FastifyInstance['server'], string>();
const Notice = createContext<string | undefined>(undefined);

/** Shows a notice at the top of every page of a server. */
export function sayOnPages(server: FastifyInstance, notice: string): void {
  notices.set(server.server, notice);
}

/** The frame of every page around its content. */
export function Page({
  title,
  at,
  children,
}: {
  readonly title: string;
  /** The link in the header for the present page, if there is one. */
  readonly at?: '/' | undefined;
  readonly children: ComponentChildren;
}) {
  const notice = useContext(Notice);
  return (
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Guidance Register`}</title>
        {/* The style is no text of HTML: the browser reads it as it stands. */}
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="band">
          <div class="wide">
            <a class="brand" href="/">
              Guidance Register
            </a>
            <nav aria-label="The register">
              <a href="/" aria-current={at === '/' ? 'page' : undefined}>
                Check a provider
              </a>
              <a href="/docs">For developers</a>
            </nav>
          </div>
        </header>
        {notice !== undefined && (
          <aside class="notice" aria-label="About this register">
            <p class="wide">{notice}</p>
          </aside>
        )}
        <main id="main" class="wide" tabIndex={-1}>
          {children}
        </main>
        <footer class="wide">
          <p>
            The register says what follows from its records under a policy, and never more. It gives no legal
            advice.
          </p>
        </footer>
      </body>
    </html>
  );
}

/**
 * Sends a page. It may be kept unless a rule was set already, but never without checking: its look changes
 * with the register’s version.
 */
export async function sendPage(
  reply: FastifyReply,
  page: VNode,
  { status = 200, hasForm = false }: { readonly status?: number; readonly hasForm?: boolean } = {},
): Promise<void> {
  if (!reply.hasHeader('cache-control')) keep(reply);
  await reply
    .status(status)
    .header('content-type', `${HTML}; charset=utf-8`)
    .header('content-security-policy', hasForm ? WITH_FORM : WITHOUT_FORM)
    .header('x-content-type-options', 'nosniff')
    .send(
      `<!doctype html>${renderToString(<Notice.Provider value={notices.get(reply.server.server)}>{page}</Notice.Provider>)}`,
    );
}

/** Says that the register has not read its log yet; the question itself may be right. */
export async function sendStarting(reply: FastifyReply): Promise<void> {
  void reply.header('retry-after', '60');
  keepNothing(reply);
  const page = (
    <Page title="The register is starting">
      <h1>The register is starting</h1>
      <p>It is reading its records, and cannot answer before it has read them all. Try again in a minute.</p>
    </Page>
  );
  await sendPage(reply, page, { status: 503 });
}

/** Says that the register has no policy: its operator can correct that, and no visitor. */
export async function sendWithoutPolicy(reply: FastifyReply): Promise<void> {
  void reply.header('retry-after', '60');
  keepNothing(reply);
  const page = (
    <Page title="The register cannot answer yet">
      <h1>The register cannot answer yet</h1>
      <p>
        No policy is among its records by which it could answer. You have done nothing wrong: its operator has
        to correct this. Try again later.
      </p>
    </Page>
  );
  await sendPage(reply, page, { status: 503 });
}

/** Our own text; what is between backticks is code. */
export function Marked({ words }: { readonly words: string }) {
  return <>{words.split('`').map((part, i) => (i % 2 === 0 ? part : <code>{part}</code>))}</>;
}
