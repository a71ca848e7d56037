import { pageDocument } from '../html/document.ts';
import { html, type Markup } from '../html/html.ts';
import { table } from '../html/table.ts';
import { createRedactor, type Redactor } from '../redact/redactor.ts';
import { PageServer } from './page-server.ts';

/** Figures under one heading: rows of texts, the first of which names the row. */
export interface StatusTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a status page shows. */
export interface StatusView {
  /** In one line. */
  readonly status: string;
  readonly tables: readonly StatusTable[];
}

export interface StatusPageOptions {
  readonly command: string;
  readonly first: StatusView;
  /** @default one that knows the environment */
  readonly redactor?: Redactor | undefined;
}

/** A page on this machine that shows figures while they change, and has no buttons. */
export class StatusPage {
  readonly #options: StatusPageOptions;
  readonly #redactor: Redactor;
  #server: PageServer | undefined;
  #view: StatusView;

  private constructor(options: StatusPageOptions) {
    this.#options = options;
    this.#redactor = options.redactor ?? createRedactor();
    this.#view = options.first;
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(options: StatusPageOptions): Promise<StatusPage> {
    const page = new StatusPage(options);
    page.#server = await PageServer.open({ document: (nonce) => page.#document(nonce), state: () => page.#state() });
    return page;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  show(view: StatusView): void {
    this.#view = view;
    this.#server?.tellSoon();
  }

  async end(): Promise<void> {
    await this.#server?.end(this.#state());
  }

  #state(): { readonly status: string; readonly title: string; readonly view: string } {
    const { status, tables } = this.#redactor.document(this.#view);
    return { status, title: `${status} · vsm`, view: tables.map((one) => figures(one).text).join('\n') };
  }

  #document(nonce: string): string {
    const { status, tables } = this.#redactor.document(this.#view);
    return pageDocument({
      title: `${status} · vsm`,
      heading: html`<span id="heading">Live, on this machine only</span>`,
      body: html`<p class="word">vsm ${this.#options.command}</p>
        <h1 tabindex="-1"><span id="status" role="status">${status}</span></h1>
        <p id="note" class="aside" role="alert"></p>
        <div id="view">${tables.map(figures)}</div>`,
      footer: 'This page ends with the command; what it showed last stays in the window.',
      nonce,
      script: SCRIPT,
    });
  }
}

function figures({ caption, columns, rows }: StatusTable): Markup {
  return table(
    caption,
    columns.map((name, at) => ({ name, wide: at === columns.length - 1 })),
    0,
    rows,
  );
}

/** Shows what the server rendered, every value of which was escaped there. */
const SCRIPT = `
'use strict';
const byId = (id) => document.getElementById(id);
let ended = false;
const show = (event) => {
  const state = JSON.parse(event.data);
  byId('view').innerHTML = state.view;
  if (byId('status').textContent !== state.status) byId('status').textContent = state.status;
  document.title = state.title;
  byId('note').textContent = '';
};
const events = new EventSource('events');
events.addEventListener('view', show);
events.addEventListener('end', (event) => {
  ended = true;
  events.close();
  show(event);
  byId('heading').textContent = 'The command has ended';
});
events.addEventListener('error', () => {
  if (!ended) byId('note').textContent = 'The command cannot be reached. It may have ended.';
});
`;
