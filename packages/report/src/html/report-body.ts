import type { MigrationPlan, MigrationResult } from '@vsm/core';
import { bytes, count, dateTime, duration, plural } from '../format.ts';
import { html, type Content, type Markup } from './html.ts';
import { latencyChart, latencyTable } from './latency.ts';
import { planSection } from './plan-section.ts';
import type { ReportDocument, ReportRun } from '../model.ts';
import type { Redactor } from '../redact/redactor.ts';
import { facts, pairs, section, type Fact } from './section.ts';
import { table } from './table.ts';
import { throughputChart } from './throughput.ts';
import { overallVerdict, verdictOf, type Verdict } from './verdict.ts';
import { verdictIcon } from './verdict-icon.ts';
import { censusSection } from './census-section.ts';
import { judgementSection } from './judgement-section.ts';
import { roadsSection } from './roads-section.ts';
import { settingsSection } from './settings-section.ts';
import { rejectedSection, searchSection, verificationSection } from './verification-section.ts';

export interface RenderedReport {
  readonly title: string;
  readonly verdict: Verdict;
  /** What goes into `<main>`. */
  readonly body: Markup;
}

/** Renders everything of a report but the page around it. Secrets are taken out of all of it. */
export function renderReport(withSecrets: ReportDocument, redactor: Redactor): RenderedReport {
  const document = redactor.document(withSecrets);
  const { runs } = document;
  const verdicts = runs.map(({ outcome }) => verdictOf(outcome));
  const verdict = overallVerdict(verdicts);
  const [first] = runs;
  const only = runs.length === 1 ? first : undefined;
  const name = only === undefined ? plural(runs.length, 'collection') : collectionOf(only);
  return {
    title: `${verdict.word}: ${name}`,
    verdict,
    body: html`${verdictBlock(verdict)}
    ${only === undefined ? contents(runs, verdicts) : html`${route(only)}${summary(only, document.command === 'resume')}${details(only, document, '')}`}
    ${only === undefined ? runs.map((run, index) => runPart(run, verdicts[index], document, index)) : undefined}
    ${settingsSection(document)}`,
  };
}

/** The first line of a report. */
export function reportHeading({ command, createdAt }: ReportDocument): string {
  return `Report of ${command}, ${dateTime(createdAt)}`;
}

function verdictBlock({ tone, word, headline, detail }: Verdict): Markup {
  return html`<div class="verdict ${tone}">
    <div class="mark">${verdictIcon(tone)}</div>
    <div>
      <p class="word">${word}</p>
      <h1 tabindex="-1">${headline}</h1>
      <p class="detail">${detail}</p>
    </div>
  </div>`;
}

function collectionOf({ outcome, source, collection }: ReportRun): string {
  if (collection !== undefined) return collection;
  if (outcome.kind === 'migrated') return outcome.result.sourceCollection;
  return source === '' ? 'nothing was moved' : source;
}

function planOf({ outcome }: ReportRun): MigrationPlan | undefined {
  switch (outcome.kind) {
    case 'migrated':
      return outcome.result.metadata.plan;
    case 'failed':
      return outcome.plan;
    case 'verified':
    case 'judged':
      return undefined;
  }
}

/** From where to where. */
function route(run: ReportRun): Content {
  // Refused before a side was opened: the settings say what was asked for.
  if (run.source === '') return undefined;
  const plan = planOf(run);
  const side = (word: string, location: string, endpoint: MigrationPlan['source'] | undefined): Markup =>
    html`<div class="side">
      <p class="aside">${word}${endpoint === undefined ? undefined : html` · ${endpoint.adapter}`}</p>
      ${endpoint === undefined ? undefined : html`<p class="name"><bdi>${endpoint.collection}</bdi></p>`}
      <p class="location">
        <code><bdi>${location}</bdi></code>
      </p>
    </div>`;
  return html`<div class="route">
    ${side('source', run.source, plan?.source)}<svg
      class="arrow"
      width="28"
      height="16"
      viewBox="0 0 28 16"
      aria-hidden="true"
    >
      <path d="M0 8h25M19 2l6.5 6L19 14" /></svg
    >${side('target', run.target, plan?.target)}
  </div>`;
}

function summary({ outcome }: ReportRun, resumed: boolean): Content {
  if (outcome.kind !== 'migrated') return undefined;
  const { result } = outcome;
  const { metadata } = result;
  const { sync } = metadata;
  const figures: readonly Fact[] = [
    {
      term: metadata.dryRun ? 'records read' : 'records moved',
      value: count(metadata.dryRun ? metadata.vectorsRead : result.vectorsMigrated),
    },
    ...(sync === undefined
      ? []
      : [
          {
            term: 'in step already',
            value: count(sync.equal),
            note: `${count(sync.added)} added, ${count(sync.changed)} changed, ${count(sync.removed)} removed`,
          },
        ]),
    { term: 'records rejected', value: count(result.vectorsFailed), alarming: result.vectorsFailed > 0 },
    ...(metadata.vectorsDropped > 0
      ? [{ term: 'left out by the transform', value: count(metadata.vectorsDropped) }]
      : []),
    {
      term: 'records a second',
      value: count(metadata.vectorsPerSecond),
      note: `${bytes(metadata.copySeconds > 0 ? metadata.bytes / metadata.copySeconds : 0)}/s`,
    },
    { term: 'size in memory', value: bytes(metadata.bytes) },
    { term: 'from start to end', value: duration(result.durationSeconds), note: timesOf(result, resumed) },
    { term: 'calls retried', value: count(metadata.retries) },
  ];
  return html`<section aria-label="Summary">${facts(figures)}</section>`;
}

function timesOf({ metadata, verification, durationSeconds }: MigrationResult, resumed: boolean): string {
  const { copySeconds, indexSeconds } = metadata;
  const verifySeconds = verification?.durationSeconds ?? 0;
  const before = durationSeconds - copySeconds - verifySeconds;
  return [
    resumed ? 'with the time between' : before >= 0.05 ? `${duration(before)} to connect and plan` : undefined,
    `${duration(copySeconds)} to copy${indexSeconds >= 0.05 ? `, of it ${duration(indexSeconds)} for indexes` : ''}`,
    verification === undefined ? undefined : `${duration(verifySeconds)} to verify`,
  ]
    .filter((part) => part !== undefined)
    .join('; ');
}

function details(run: ReportRun, document: ReportDocument, id: string): Content {
  const { outcome } = run;
  if (outcome.kind === 'verified') {
    return html`${verificationSection(outcome.verification, id)}${censusSection(outcome.verification, id)}${roadsSection(outcome.verification, id)}${searchSection(outcome.verification, id)}`;
  }
  if (outcome.kind === 'judged') return judgementSection(outcome.judgement, id);
  if (outcome.kind === 'failed') {
    return outcome.plan === undefined ? undefined : planSection(outcome.plan, outcome.plan.warnings, id);
  }
  const { result, judgement } = outcome;
  const { metadata, verification } = result;
  const remembered = !metadata.dryRun;
  return html`${rejectedSection(result.rejected, result.vectorsFailed, remembered ? result.runId : undefined, id)}
  ${verification === undefined ? undefined : html`${verificationSection(verification, id)}${censusSection(verification, id)}${roadsSection(verification, id)}${searchSection(verification, id)}`}
  ${judgement === undefined ? undefined : judgementSection(judgement, id)}
  ${paceSection(result, document.command === 'resume', id)} ${planSection(metadata.plan, result.warnings, id)}
  ${runSection(result, id)}`;
}

function paceSection({ metadata }: MigrationResult, resumed: boolean, id: string): Content {
  const { timeline, latency, plan } = metadata;
  const names = { read: `read from ${plan.source.adapter}`, write: `write to ${plan.target.adapter}` };
  const throughput = throughputChart(timeline, resumed);
  const calls = latencyTable(latency, names);
  const course = latencyChart(timeline, names);
  const since = resumed ? 'since the run was taken up' : 'over the time of the run';
  const gap = metadata.indexSeconds >= 0.1 ? ' Where nothing moves, the target builds its indexes.' : '';
  return [
    throughput === undefined
      ? undefined
      : section(
          { id: `${id}pace`, title: 'Throughput', lead: `Records a second, ${since}.${gap}` },
          html`<figure>${throughput}</figure>`,
        ),
    calls === undefined
      ? undefined
      : section(
          { id: `${id}latency`, title: 'Latency', lead: 'How long one page took to read and one batch to write.' },
          [calls, course === undefined ? undefined : html`<figure>${course}</figure>`],
        ),
  ];
}

function runSection(result: MigrationResult, id: string): Markup {
  return section(
    { id: `${id}run`, title: 'Run' },
    pairs([
      ['id', html`<code>${result.runId}</code>`],
      ['started', dateTime(result.startedAt)],
      ['completed', dateTime(result.completedAt)],
      ['not as it should be', result.errors.join('; ')],
    ]),
  );
}

/** Of several runs: one line each. */
function contents(runs: readonly ReportRun[], verdicts: readonly Verdict[]): Markup {
  const rows = runs.map((run, index): readonly Content[] => {
    const verdict = verdicts[index];
    return [
      html`<a href="#run-${index + 1}"><bdi>${collectionOf(run)}</bdi></a>`,
      html`<span class="kind ${verdict?.tone}">${verdict?.word}</span>`,
      verdict?.headline,
    ];
  });
  const columns = ['collection', 'verdict', 'in words'].map((name) => ({ name }));
  return html`<nav aria-label="Collections">${table(plural(runs.length, 'collection'), columns, 0, rows)}</nav>`;
}

function runPart(run: ReportRun, verdict: Verdict | undefined, document: ReportDocument, index: number): Markup {
  const id = `run-${index + 1}`;
  return html`<article class="run" aria-labelledby="${id}">
    <h2 class="run-title" id="${id}"><bdi>${collectionOf(run)}</bdi></h2>
    <p class="run-verdict">
      <span class="kind ${verdict?.tone}">${verdict?.word}</span> ${verdict?.headline}. ${verdict?.detail}
    </p>
    ${route(run)}${summary(run, document.command === 'resume')}${details(run, document, `${id}-`)}
  </article>`;
}
