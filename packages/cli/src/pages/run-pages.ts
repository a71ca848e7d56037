import {
  RunControl,
  type MigrationPlan,
  type MigrationProgress,
  type MigrationResult,
  type VerificationReport,
} from '@vsm/core';
import type { JudgedSearch, ReportDocument, ReportRun } from '@vsm/report';
import type { LiveOptions, LivePage } from '@vsm/report/live';
import { createRedactor, printable, type Redactor } from '@vsm/report/redact';
import { ownVersion } from '../version.ts';
import type { PageFlags } from './page-flags.ts';

export interface PageOptions extends PageFlags {
  /** Such as `migrate`. */
  readonly command: string;
  /** What the command was told; shown in the report, without secrets. */
  readonly settings: object;
}

interface Context {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: MigrationProgress) => void;
  readonly redactor?: Redactor | undefined;
}

/** One collection, as a report names it. */
interface Tracked {
  /** Locations as the user wrote them. */
  readonly source: string;
  readonly target: string;
  /** By its name in the source, where the locations do not tell. */
  readonly collection?: string | undefined;
  /** Shown where nothing came of it. */
  readonly plan?: MigrationPlan | undefined;
}

/** What a command hands to the engine so that its pages can follow and steer it. */
export interface Pages {
  readonly control: RunControl;
  /** Moves one collection and remembers how it ended; an error is passed on. */
  readonly track: <Result extends MigrationResult | VerificationReport | JudgedSearch>(
    tracked: Tracked,
    work: () => Promise<Result>,
  ) => Promise<Result>;
}

/**
 * The same command with a report, a live page, both or neither; they are complete when it resolves, however it ends. Its context
 * is the one it is given, but that the page can abort the signal too, and sees the progress.
 */
export function withPages<Given extends Context, Result>(
  options: PageOptions,
  command: (context: Given & Pages) => Promise<Result>,
): (context: Given) => Promise<Result> {
  const wanted = options.report !== undefined || options.ui === true;
  return (context) =>
    wanted
      ? runWithPages(options, context, command)
      : command({ ...context, control: new RunControl(), track: (_tracked, work) => work() });
}

async function runWithPages<Given extends Context, Result>(
  options: PageOptions,
  context: Given,
  command: (context: Given & Pages) => Promise<Result>,
): Promise<Result> {
  // Most commands show no page, and load none.
  const { failureOf } = await import('@vsm/report');
  const control = new RunControl();
  const stop = new AbortController();
  const redactor = context.redactor ?? createRedactor();
  const pages = await openPages(options, { control, redactor, stop: (why) => stop.abort(why) });
  const runs: ReportRun[] = [];
  const finish = (): Promise<void> =>
    pages.finish({
      command: options.command,
      runs,
      settings: withoutOutputFlags(options.settings),
      createdAt: new Date().toISOString(),
      version: ownVersion(),
    });
  let outcome: Result;
  try {
    outcome = await command({
      ...context,
      signal: AbortSignal.any([context.signal, stop.signal]),
      control,
      onProgress(progress) {
        context.onProgress(progress);
        pages.live?.show(progress);
      },
      async track({ plan, ...tracked }, work) {
        pages.live?.begin(tracked);
        try {
          const result = await work();
          runs.push({ ...tracked, outcome: outcomeOf(result) });
          return result;
        } catch (error) {
          runs.push({ ...tracked, outcome: { kind: 'failed', failure: failureOf(error), plan } });
          throw error;
        }
      },
    });
  } catch (error) {
    // Whatever ended the command before its first collection belongs into the report too.
    if (runs.length === 0) {
      runs.push({ source: '', target: '', outcome: { kind: 'failed', failure: failureOf(error) } });
    }
    // What ended the command matters more than a report that could not be written.
    await finish().catch((problem: unknown) =>
      process.stderr.write(`vsm: ${printable(redactor.text(failureOf(problem).message))}\n`),
    );
    throw error;
  }
  await finish();
  return outcome;
}

interface OpenedPages {
  readonly live: LivePage | undefined;
  finish(document: ReportDocument): Promise<void>;
}

async function openPages(
  { report, ui, command }: PageOptions,
  steering: Omit<LiveOptions, 'command'> & { readonly redactor: Redactor },
): Promise<OpenedPages> {
  const { checkReportPath, writeReport } = await import('@vsm/report');
  if (report !== undefined) await checkReportPath(report);
  let live: LivePage | undefined;
  if (ui === true) {
    const opened = await import('@vsm/report/live');
    live = await opened.LivePage.open({ command, ...steering });
    process.stderr.write(`Live page: ${live.url}\n`);
  }
  return {
    live,
    async finish(document) {
      try {
        if (report !== undefined) await writeReport(report, document, steering.redactor);
      } finally {
        await live?.end(document);
      }
    },
  };
}

function outcomeOf(
  result: (MigrationResult & { readonly judgement?: JudgedSearch }) | VerificationReport | JudgedSearch,
): ReportRun['outcome'] {
  if ('queriesFrom' in result) return { kind: 'judged', judgement: result };
  if (!('runId' in result)) return { kind: 'verified', verification: result };
  return { kind: 'migrated', result, judgement: result.judgement };
}

/** What says where output goes, and changes nothing about the run. */
const OUTPUT_FLAGS: ReadonlySet<string> = new Set(['report', 'ui', 'otel', 'json', 'jsonStream', 'quiet']);

function withoutOutputFlags(settings: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !OUTPUT_FLAGS.has(name)));
}
