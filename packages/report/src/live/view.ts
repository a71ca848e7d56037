import type { MigrationProgress, PartProgress, SharedProgress, TimelinePoint } from '@vsm/core';
import { across } from '../html/chart.ts';
import { bytes, count, dateTime, duration, percent } from '../format.ts';
import { html, type Content, type Markup } from '../html/html.ts';
import { facts, section } from '../html/section.ts';
import { throughputChart } from '../html/throughput.ts';

/** How the run stands, as the live page shows it. */
export interface LiveState {
  readonly source: string;
  readonly target: string;
  /** Name of the collection, where the locations do not tell. */
  readonly collection?: string | undefined;
  readonly progress: MigrationProgress | undefined;
  readonly timeline: readonly TimelinePoint[];
  readonly paused: boolean;
  readonly stopping: boolean;
  /** Taken up after an earlier process: what that one did is no pace of this one. */
  readonly resumed: boolean;
}

/** Bars of parts, at the most. */
const PARTS_SHOWN = 12;

const PHASES = { planning: 'Planning', copying: 'Copying', verifying: 'Verifying', done: 'Finishing' } as const;

/** What a screen reader is told when it changes; figures that move all the time are not in it. */
export function liveStatus({ progress, paused, stopping }: LiveState): string {
  if (stopping) return 'Stopping';
  if (paused || progress?.shared?.paused === true) return 'Paused';
  return progress === undefined ? 'Starting' : PHASES[progress.phase];
}

/** Everything on the live page that changes, but the buttons. */
export function liveView(state: LiveState): Markup {
  const { progress } = state;
  return html`${route(state)}${progress === undefined ? undefined : progressPart(progress)}${pacePart(state)}${progress === undefined ? undefined : partsPart(progress.parts)}${progress?.shared === undefined ? undefined : sharedPart(progress.shared)}`;
}

function route({ source, target, collection }: LiveState): Content {
  if (source === '') return undefined;
  const side = (word: string, location: string): Markup =>
    html`<div class="side">
      <p class="aside">${word}</p>
      <p class="location">
        <code><bdi>${location}</bdi></code>
      </p>
    </div>`;
  const name = collection === undefined ? undefined : html`<p class="name collection"><bdi>${collection}</bdi></p>`;
  return html`${name}
    <div class="route">
      ${side('source', source)}<svg class="arrow" width="28" height="16" viewBox="0 0 28 16" aria-hidden="true">
        <path d="M0 8h25M19 2l6.5 6L19 14" /></svg
      >${side('target', target)}
    </div>`;
}

function progressPart(progress: MigrationProgress): Markup {
  const { vectorsProcessed, totalVectors, etaSeconds, phase, waitingUntil } = progress;
  const eta = etaSeconds === undefined || phase === 'done' ? '–' : duration(etaSeconds);
  return html`<section aria-label="Progress" class="progress">
    <p class="finding">
      ${percent(progress.percentage / 100)}
      <span
        >of ${count(totalVectors)} records, ${count(vectorsProcessed)}
        ${phase === 'verifying' ? 'verified' : 'copied'}</span
      >
    </p>
    ${bar(progress.percentage / 100, `${PHASES[phase]}: ${percent(progress.percentage / 100)}`, 14, phase)}
    ${facts([
      {
        term: 'records a second',
        value: count(progress.vectorsPerSecond),
        note: `${bytes(progress.bytesPerSecond)}/s`,
      },
      { term: 'left, at this pace', value: eta },
      { term: 'in this phase so far', value: duration(progress.elapsedSeconds) },
      { term: 'records rejected', value: count(progress.errors), alarming: progress.errors > 0 },
      {
        term: 'calls retried',
        value: count(progress.retries),
        // The hour rather than what is left: nothing moves while all calls wait, so that this is not shown anew.
        note: waitingUntil === undefined ? undefined : `waits until ${dateTime(waitingUntil.toISOString())}`,
      },
      { term: 'writes at once', value: phase === 'copying' ? count(progress.concurrency) : '–' },
    ])}
  </section>`;
}

function bar(share: number, label: string, height: number, phase = 'copying'): Markup {
  return html`<svg class="bar" width="100%" height="${height}" role="img" aria-label="${label}">
    <rect class="track" width="100%" height="${height}" rx="${height / 2}" />
    <rect
      class="${phase === 'verifying' ? phase : 'copying'}"
      width="${across(Math.min(1, share))}"
      height="${height}"
      rx="${height / 2}"
    />
  </svg>`;
}

function pacePart({ timeline, resumed }: LiveState): Content {
  const chart = throughputChart(timeline, resumed);
  return chart === undefined
    ? undefined
    : section(
        { id: 'live-pace', title: 'Throughput', lead: 'Records a second since the run began.' },
        html`<figure>${chart}</figure>`,
      );
}

function partsPart(parts: readonly PartProgress[]): Content {
  if (parts.length === 0) return undefined;
  const shown = parts.slice(0, PARTS_SHOWN);
  const done = parts.filter((part) => part.done).length;
  return section(
    {
      id: 'live-parts',
      title: 'Parts',
      lead: `Pieces of the source that are read on their own: ${count(done)} of ${count(parts.length)} done.`,
    },
    html`<ul class="parts">
        ${shown.map((part, index) => {
          const name = part.namespace === undefined || part.namespace === '' ? `part ${index + 1}` : part.namespace;
          const share = part.done
            ? 1
            : Math.min(0.99, part.vectorsProcessed / Math.max(1, part.estimatedCount ?? Infinity));
          const reached = `${count(part.vectorsProcessed)}${part.estimatedCount === undefined ? '' : ` of about ${count(part.estimatedCount)}`}${part.done ? ', done' : ''}`;
          return html`<li>
            <span><bdi>${name}</bdi></span
            >${bar(share, `${name}: ${reached}`, 8)}<span class="aside">${reached}</span>
          </li>`;
        })}
      </ul>
      ${parts.length > shown.length ? html`<p class="aside">and ${count(parts.length - shown.length)} more</p>` : undefined}`,
  );
}

/** Workers in the list, at the most. */
const WORKERS_SHOWN = 50;

function sharedPart({ items, workers, takeovers }: SharedProgress): Content {
  const { total, done, failed, taken } = items;
  const shown = workers.slice(0, WORKERS_SHOWN);
  return section(
    { id: 'live-workers', title: 'Workers', lead: 'Processes that share the run, and what is handed out to them.' },
    html`${facts([
        { term: 'workers', value: count(workers.length), note: 'heard of lately', alarming: workers.length === 0 },
        { term: 'items done', value: `${count(done)} of ${count(total)}`, note: `${count(taken)} in hand` },
        { term: 'items given up', value: count(failed), alarming: failed > 0 },
        { term: 'items taken over', value: count(takeovers), note: 'from workers that were not heard of' },
      ])}
      <ul class="parts">
        ${shown.map(
          ({ name, held, slots, refused }) =>
            html`<li>
              <span><bdi>${name}</bdi></span
              >${bar(held / Math.max(1, slots), `${name}: ${count(held)} of ${count(slots)} slots`, 8)}<span
                class="aside"
                >${count(held)} of ${count(slots)} slots, ${count(refused)} pages refused</span
              >
            </li>`,
        )}
      </ul>
      ${workers.length > shown.length ? html`<p class="aside">and ${count(workers.length - shown.length)} more</p>` : undefined}`,
  );
}
