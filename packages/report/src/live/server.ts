import type { MigrationProgress, RunControl } from '@vsm/core';
import { pageDocument } from '../html/document.ts';
import { html } from '../html/html.ts';
import { PageServer } from './page-server.ts';
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

/** A page on this machine that shows a run while it goes on, and lets its owner pause and stop it. */
export class LivePage {
  readonly #options: LiveOptions;
  readonly #redactor: Redactor;
  #server: PageServer | undefined;
  #timeline = new LiveTimeline();
  #state: Pick<LiveState, 'source' | 'target' | 'collection' | 'progress' | 'stopping'>;

  private constructor(options: LiveOptions) {
    this.#options = options;
    this.#redactor = options.redactor ?? createRedactor();
    this.#state = { source: '', target: '', progress: undefined, stopping: false };
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(options: LiveOptions): Promise<LivePage> {
    const page = new LivePage(options);
    page.#server = await PageServer.open({
      document: (nonce) => page.#document(nonce),
      state: () => page.#view(),
      controls: page.#controls,
    });
    return page;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  /** Another collection begins. */
  begin({ source, target, collection }: Pick<LiveState, 'source' | 'target' | 'collection'>): void {
    this.#timeline = new LiveTimeline();
    this.#state = { ...this.#state, source, target, collection, progress: undefined };
    this.#server?.tellSoon();
  }

  show(progress: MigrationProgress): void {
    this.#timeline.add(progress);
    this.#state = { ...this.#state, progress };
    this.#server?.tellSoon();
  }

  /** Hands the report to every browser that looks on, then closes the page. */
  async end(document: ReportDocument): Promise<void> {
    const { title, body } = renderReport(document, this.#redactor);
    const heading = reportHeading(document);
    await this.#server?.end({ title: `${title} · vsm`, body: body.text, heading });
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

  #document(nonce: string): string {
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
    return pageDocument({
      title: `${liveStatus(state)} · vsm`,
      heading: html`<span id="heading">Live, on this machine only</span>`,
      body,
      footer: 'This page ends with the command; the report stays in the window.',
      nonce,
      script: LIVE_SCRIPT,
    });
  }

  #current(): LiveState {
    return this.#redactor.document({
      ...this.#state,
      timeline: this.#timeline.points,
      paused: this.#options.control.paused,
      resumed: this.#options.command === 'resume',
    });
  }

  #view(): object {
    const state = this.#current();
    const status = liveStatus(state);
    const percentage = state.progress === undefined ? '' : ` ${Math.floor(state.progress.percentage)} %`;
    return {
      view: liveView(state).text,
      status,
      title: `${status}${percentage} · vsm`,
      paused: state.paused,
      stopping: state.stopping,
    };
  }
}
