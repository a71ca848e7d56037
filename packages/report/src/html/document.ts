import { createHash } from 'node:crypto';
import { html, Markup, type Content } from './html.ts';
import { STYLE } from './style.ts';

export interface PageParts {
  readonly title: string;
  /** Beside the name, in the first line. */
  readonly heading: Content;
  readonly body: Markup;
  readonly footer: Content;
  /** Content-Security-Policy, where it is part of the page and not sent with it. */
  readonly policy?: string | undefined;
  /** Lets inline styles and scripts through a policy that is sent with the page. */
  readonly nonce?: string | undefined;
  readonly script?: string | undefined;
}

/** A tick on a round ground; as data, so that no page ever asks a server for an icon. */
const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 32 32%22%3E%3Ccircle cx=%2216%22 cy=%2216%22 r=%2215%22 fill=%22%230f766e%22/%3E%3Cpath d=%22M9 16.5l5 5 9-11%22 fill=%22none%22 stroke=%22white%22 stroke-width=%223%22 stroke-linecap=%22round%22 stroke-linejoin=%22round%22/%3E%3C/svg%3E';

/** What a page that is a file may do: show itself, with its own style. No scripts, no requests. */
export function filePolicy(): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  return `default-src 'none'; style-src 'sha256-${style}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** A whole HTML document. */
export function pageDocument({ title, heading, body, footer, policy, nonce, script }: PageParts): string {
  const nonceAttribute = nonce === undefined ? undefined : html` nonce="${nonce}"`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policy === undefined ? undefined : html`<meta http-equiv="Content-Security-Policy" content="${policy}" />`}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${new Markup(ICON)}">
<style${nonceAttribute}>${new Markup(STYLE)}</style>
</head>
<body>
<div class="page">
<header class="top"><strong>vsm</strong><span>${heading}</span></header>
<main id="main">
${body}
</main>
<footer class="foot">${footer}</footer>
</div>
${script === undefined ? undefined : html`<script${nonceAttribute}>${new Markup(script)}</script>`}
</body>
</html>
`.text;
}
