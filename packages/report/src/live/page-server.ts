import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusal } from './guard.ts';

/** What a page shows, asked for whenever somebody looks. */
export interface PageContent {
  /** The whole document; its scripts and styles carry the nonce. */
  document(nonce: string): string;
  /** What browsers that look on are told. */
  state(): object;
  /** What buttons do, by the name that is posted. */
  readonly controls?: ReadonlyMap<string, () => void> | undefined;
}

/** Browsers are told at most this often, in milliseconds. */
const INTERVAL_MS = 250;
/** A browser that takes nothing must not keep the command from ending, in milliseconds. */
const FAREWELL_MS = 1000;

/** A page on this machine, for whoever knows its address, that is told of what changes. */
export class PageServer {
  readonly url: string;
  readonly #server: Server;
  readonly #token: string;
  readonly #port: number;
  readonly #content: PageContent;
  readonly #listeners = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;
  #told = 0;
  #farewell: string | undefined;

  private constructor(server: Server, content: PageContent) {
    this.#server = server;
    this.#content = content;
    this.#token = randomBytes(24).toString('base64url');
    this.#port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.#port}/${this.#token}/`;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(content: PageContent): Promise<PageServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new PageServer(server, content);
  }

  /** Tells all who look on, a little later where they were told just now. */
  tellSoon(): void {
    if (this.#timer !== undefined || this.#listeners.size === 0) return;
    const wait = Math.max(0, this.#told + INTERVAL_MS - performance.now());
    this.#timer = setTimeout(() => this.#tell(), wait).unref();
  }

  /** Says a last word to every browser that looks on, then closes the page. */
  async end(farewell: object): Promise<void> {
    clearTimeout(this.#timer);
    this.#farewell = event('end', farewell);
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
    const control = this.#content.controls?.get(name);
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

  #listen(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    if (this.#farewell !== undefined) return void response.end(this.#farewell);
    this.#listeners.add(response);
    response.once('close', () => this.#listeners.delete(response));
    response.write(event('view', this.#content.state()));
  }

  #sendPage(response: ServerResponse): void {
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
    response.end(this.#content.document(nonce));
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#told = performance.now();
    if (this.#listeners.size === 0) return;
    const text = event('view', this.#content.state());
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
