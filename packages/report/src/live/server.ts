import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MigrationProgress, RunControl } from '@vsm/core';
import { pageDocument } from '../html/document.ts';
import { html } from '../html/html.ts';
import { refusal } from './guard.ts';
import { LIVE_SCRIPT } from './script.ts';
import { LiveTimeline } from './timeline.ts';
import { liveStatus, liveView, type LiveState } from './view.ts';
import { renderReport, reportHeading } from '../html/report-body.ts';
import type { ReportDocument } from '../model.ts';
import { createRedactor, type Redactor } from '../redact/redactor.ts';

export interface LiveOptions {
  readonly command: string;
  readonly control: RunControl;
  readonly stop: (reason: Error) => void;
  /** @default one that knows the environment */
  readonly redactor?: Redactor | undefined;
}

/** Browsers are told at most this often, in milliseconds. */
const INTERVAL_MS = 250;
/** A browser that takes nothing must not keep the command from ending, in milliseconds. */
const FAREWELL_MS = 1000;

/** A page on this machine that shows a run while it goes on, and lets its owner pause and stop it. */
export class LivePage {
  readonly url: string;
  readonly #server: Server;
  readonly #token: string;
  readonly #port: number;
  readonly #options: LiveOptions;
  readonly #redactor: Redactor;
  readonly #listeners = new Set<ServerResponse>();
  #timeline = new LiveTimeline();
  #state: Pick<LiveState, 'source' | 'target' | 'collection' | 'progress' | 'stopping'>;
  #timer: NodeJS.Timeout | undefined;
  #told = 0;
  #farewell: string | undefined;

  private constructor(server: Server, options: LiveOptions) {
    this.#server = server;
    this.#options = options;
    this.#redactor = options.redactor ?? createRedactor();
    this.#token = randomBytes(24).toString('base64url');
    this.#port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.#port}/${this.#token}/`;
    this.#state = { source: '', target: '', progress: undefined, stopping: false };
    server.on('request', (request, response) => this.#answer(request, response));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(options: LiveOptions): Promise<LivePage> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new LivePage(server, options);
  }

  /** Another collection begins. */
  begin({ source, target, collection }: Pick<LiveState, 'source' | 'target' | 'collection'>): void {
    this.#timeline = new LiveTimeline();
    this.#state = { ...this.#state, source, target, collection, progress: undefined };
    this.#tellSoon();
  }

  show(progress: MigrationProgress): void {
    this.#timeline.add(progress);
    this.#state = { ...this.#state, progress };
    this.#tellSoon();
  }

  /** Hands the report to every browser that looks on, then closes the page. */
  async end(document: ReportDocument): Promise<void> {
    clearTimeout(this.#timer);
    const { title, body } = renderReport(document, this.#redactor);
    const heading = reportHeading(document);
    this.#farewell = event('end', { title: `${title} · vsm`, body: body.text, heading });
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    for (const listener of this.#listeners) listener.end(this.#farewell);
    this.#server.closeIdleConnections();
    const patience = setTimeout(() => this.#server.closeAllConnections(), FAREWELL_MS);
    await closed;
    clearTimeout(patience);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // A page that is left open must not keep connections of a command that has ended.
    response.setHeader('Connection', 'close');
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const path = request.url ?? '/';
    const refused = refusal(request, path, this.#token, this.#port);
    if (refused !== undefined) return plain(response, refused.status, refused.why);
    const name = path.slice(this.#token.length + 2);
    const page = PAGES.get(name);
    const control = this.#controls.get(name);
    if (!path.startsWith(`/${this.#token}/`) || (page === undefined && control === undefined)) {
      return plain(response, 404, 'nothing here');
    }
    const method = page === undefined ? 'POST' : 'GET';
    if (request.method !== method) {
      response.setHeader('Allow', method);
      return plain(response, 405, `${method} only`);
    }
    if (control !== undefined) {
      control();
      this.#tell();
      response.writeHead(204).end();
    } else if (page === 'events') this.#listen(response);
    else this.#sendPage(response);
  }

  readonly #controls: ReadonlyMap<string, () => void> = new Map([
    ['pause', () => this.#options.control.pause()],
    ['resume', () => this.#options.control.resume()],
    [
      'stop',
      () => {
        this.#state = { ...this.#state, stopping: true };
        this.#options.stop(new Error('stopped from the live page'));
      },
    ],
  ]);

  #listen(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    if (this.#farewell !== undefined) return void response.end(this.#farewell);
    this.#listeners.add(response);
    response.once('close', () => this.#listeners.delete(response));
    response.write(this.#event());
  }

  #sendPage(response: ServerResponse): void {
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
    const state = this.#current();
    const body = html`<div class="controls">
        <div>
          <p class="word">vsm ${this.#options.command}</p>
          <h1 tabindex="-1"><span id="status" role="status">${liveStatus(state)}</span></h1>
        </div>
        <div class="buttons">
          <button id="pause" type="button" ${state.paused ? html` hidden` : undefined}>Pause</button
          ><button id="resume" type="button" ${state.paused ? undefined : html` hidden`}>Resume</button
          ><button id="stop" type="button" class="stop">Stop</button>
        </div>
      </div>
      <p id="note" class="aside" role="alert"></p>
      <div id="view">${liveView(state)}</div>
      <dialog id="confirm" aria-labelledby="confirm-title">
        <h2 id="confirm-title">Stop the run?</h2>
        <p>What was written stays in the target, and vsm resume takes the run up where it ended.</p>
        <div class="buttons">
          <button id="stop-no" type="button" autofocus>Keep going</button
          ><button id="stop-yes" type="button" class="stop">Stop</button>
        </div>
      </dialog>`;
    response.end(
      pageDocument({
        title: `${liveStatus(state)} · vsm`,
        heading: html`<span id="heading">Live, on this machine only</span>`,
        body,
        footer: 'This page ends with the command; the report stays in the window.',
        nonce,
        script: LIVE_SCRIPT,
      }),
    );
  }

  #current(): LiveState {
    return this.#redactor.document({
      ...this.#state,
      timeline: this.#timeline.points,
      paused: this.#options.control.paused,
      resumed: this.#options.command === 'resume',
    });
  }

  #event(): string {
    const state = this.#current();
    const status = liveStatus(state);
    const percentage = state.progress === undefined ? '' : ` ${Math.floor(state.progress.percentage)} %`;
    return event('view', {
      view: liveView(state).text,
      status,
      title: `${status}${percentage} · vsm`,
      paused: state.paused,
      stopping: state.stopping,
    });
  }

  #tellSoon(): void {
    if (this.#timer !== undefined || this.#listeners.size === 0) return;
    const wait = Math.max(0, this.#told + INTERVAL_MS - performance.now());
    this.#timer = setTimeout(() => this.#tell(), wait).unref();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#told = performance.now();
    if (this.#listeners.size === 0) return;
    const text = this.#event();
    for (const listener of this.#listeners) {
      // A browser that cannot keep up is sent the newest state later, not a queue of old ones.
      if (!listener.writableNeedDrain) listener.write(text);
    }
  }
}

const PAGES: ReadonlyMap<string, 'page' | 'events'> = new Map([
  ['', 'page'],
  ['events', 'events'],
]);

const HEADERS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
