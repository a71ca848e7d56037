import type { Settings } from './setting.ts';

/** Where a run is remembered and shown, and who works on it. */
export const RUNNING: Pick<
  Settings,
  | 'report'
  | 'ui'
  | 'otel'
  | 'runDir'
  | 'queue'
  | 'processes'
  | 'parts'
  | 'detach'
  | 'slots'
  | 'untilIdle'
  | 'watch'
  | 'journal'
  | 'percent'
  | 'oneWay'
  | 'ungated'
  | 'replaceTarget'
  | 'accept'
  | 'settle'
  | 'remove'
  | 'takeOver'
  | 'json'
  | 'quiet'
  | 'configFile'
> = {
  report: { type: 'text', help: 'write a report as one HTML page that loads nothing', flag: '--report <file>' },
  ui: { type: 'yes or no', help: 'serve a page on this machine with progress, pause and stop', flag: '--ui' },
  otel: {
    type: 'yes or no',
    help: 'send spans and metrics to where the OTEL_ variables say (docs/opentelemetry.md)',
    flag: '--otel',
  },
  runDir: {
    type: 'text',
    help: 'where runs are remembered: a folder, or a ledger at postgresql://…, redis://… or sqlite:FILE',
    default: 'VSM_RUN_DIR, else .vsm',
    flag: '--run-dir <dir>',
  },
  queue: {
    type: 'text',
    help: 'share the run with vsm worker on other machines, by this queue: redis://… or postgresql://… (docs/distributed.md)',
    default: 'VSM_QUEUE, else none',
    flag: '--queue <url>',
  },
  processes: {
    type: 'text',
    help: 'share the run among so many processes of this machine, or auto: as many as it has cores, where the stores take it',
    default: 1,
    flag: '--processes <n>',
  },
  parts: {
    type: 'whole number',
    help: 'with --queue or --processes: items that the copy is split into, at the most',
    default: '256, or 16 a process',
    flag: '--parts <n>',
  },
  detach: { type: 'yes or no', help: 'with --queue: leave the work to the workers', flag: '--detach' },
  slots: { type: 'whole number', help: 'items that are worked on at once', default: 4, flag: '--slots <n>' },
  untilIdle: {
    type: 'yes or no',
    help: 'end when there is nothing to take: with 0 where nothing is left, with 4 where others have the rest',
    flag: '--until-idle',
  },
  watch: { type: 'yes or no', help: 'show it again and again until the run is over', flag: '--watch' },
  journal: {
    type: 'text',
    help: 'where the marks of a live move are kept: postgresql://…, redis://… or sqlite:FILE',
    default: 'VSM_LIVE_JOURNAL',
    flag: '--journal <url>',
  },
  percent: { type: 'whole number', help: 'reads that a canary takes, of a hundred', default: 5, flag: '--percent <n>' },
  oneWay: {
    type: 'yes or no',
    help: 'switch although what is written from then on cannot be brought back',
    flag: '--one-way',
  },
  ungated: {
    type: 'yes or no',
    help: 'begin a canary without a thousand reads that both stores have answered',
    flag: '--ungated',
  },
  replaceTarget: {
    type: 'yes or no',
    help: 'take a target that holds records, and delete there what the source does not have',
    flag: '--replace-target',
  },
  accept: {
    type: 'texts',
    help: 'leave the record of this id behind, which the target does not take; may be repeated',
    flag: '--accept <id>',
  },
  settle: {
    type: 'texts',
    help: 'take the record of this id off the list, for whoever has judged it; may be repeated',
    flag: '--settle <id>',
  },
  remove: { type: 'yes or no', help: 'what takes the triggers away again', flag: '--remove' },
  takeOver: {
    type: 'yes or no',
    help: 'take the run, and a file or table that is written to, at once from the process that has it, for whoever knows that it is gone',
    flag: '--take-over',
  },
  json: {
    type: 'yes or no',
    help: 'print one JSON document on stdout, and nothing else; --json=stream prints events as they come',
    flag: '--json',
  },
  quiet: { type: 'yes or no', help: 'print nothing but errors', flag: '--quiet' },
  configFile: {
    type: 'text',
    help: 'read this config file',
    default: 'vsm.config.ts, .js, .mjs, .json or .yaml here',
    flag: '--config <file>',
  },
};
