// What a program hands over is looked at before anything is done by it: JavaScript checks no types, and an option whose name is mistyped
// (a filter, say) would else be as if it were not there.
import { ValidationError } from '../errors.ts';
import type { Pace } from './settings.ts';
import { METRICS } from '../spec/v1.ts';
import { didYouMean } from '../suggest.ts';
import { SOURCE_READS, VERIFY_LEVELS } from '../verify/comparison.ts';
import type {
  EstimateOptions,
  MigrateOptions,
  PlanOptions,
  ResumeOptions,
  VectorStoreMigratorOptions,
  VerifyOptions,
} from './options.ts';

/** Of an option: what it must be, in words, and whether it is. */
type Kind = readonly [must: string, is: (value: unknown) => boolean];
type Kinds<Options> = Readonly<Record<keyof Options, Kind>>;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const has =
  (...methods: string[]) =>
  (value: unknown): boolean =>
    isObject(value) && methods.every((method) => typeof value[method] === 'function'); // own key: methods may be inherited

const text: Kind = ['a text', (value) => typeof value === 'string'];
const flag: Kind = ['true or false', (value) => typeof value === 'boolean'];
const number: Kind = ['a number', (value) => typeof value === 'number'];
const numberOrAll: Kind = [
  'a whole number, or all',
  (value) => value === 'all' || (Number.isInteger(value) && (value as number) >= 0),
];
const call: Kind = ['a function', (value) => typeof value === 'function'];
const object: Kind = ['an object', (value) => isObject(value) && !Array.isArray(value)];
const texts: Kind = [
  'a list of texts',
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
];
const oneOf = (...names: readonly string[]): Kind => [
  `one of ${names.join(', ')}`,
  (value) => names.includes(value as string),
];
const store: Kind = ['a vector store, as the factory of an adapter makes it', has('listCollections', 'openCollection')];
const signal: Kind = ['an AbortSignal', (value) => value instanceof AbortSignal];
/** What says more of itself where it is looked at. */
const anything: Kind = ['anything', () => true];

/** Looked at where they are used. */
const PACE: Kinds<Pace> = { batchSize: anything, concurrency: anything, maxBytesInFlight: anything };

const STORES: Kinds<Omit<VectorStoreMigratorOptions, keyof Pace>> = {
  source: store,
  target: store,
  validate: flag,
  maxRetries: number,
  retryDelaySeconds: number,
  retryBackoff: number,
  onProgress: call,
  observer: ['a RunObserver', has('runStarted')],
  checkpoints: [
    'the path of a folder, a CheckpointStore, or false',
    (value) => typeof value === 'string' || value === false || has('create', 'open', 'list')(value),
  ],
};

interface OtherNames {
  readonly collectionName: string;
  readonly estimate: boolean;
  readonly runId: string;
}

/** Of all calls: one object may serve a plan, its run and a verification, each of which takes what concerns it. */
const CALLS: Kinds<
  Omit<
    MigrateOptions & PlanOptions & ResumeOptions & VerifyOptions & EstimateOptions & OtherNames,
    keyof VectorStoreMigratorOptions
  >
> = {
  sourceCollection: text,
  collectionName: text,
  targetCollection: text,
  filter: anything,
  namespaces: texts,
  metric: oneOf(...METRICS),
  metadata: ['a Standard Schema', (value) => Object(value) === value],
  transform: call,
  fields: object,
  embed: object,
  reduce: object,
  layout: object,
  completeTarget: flag,
  estimate: flag,
  maxRecordsPerSecond: number,
  maxBytesPerSecond: number,
  verify: anything,
  verifySample: number,
  witness: numberOrAll,
  sourceRead: oneOf(...SOURCE_READS),
  control: object,
  plan: object,
  dryRun: flag,
  allowLoss: texts,
  mode: oneOf('copy', 'sync'),
  deleteExtra: flag,
  earlierRun: oneOf('resume', 'restart'),
  annotations: object,
  since: object,
  level: oneOf(...VERIFY_LEVELS),
  sample: number,
  limit: number,
  probe: flag,
  runId: text,
  signal,
};

/** What a comparison as they are would have to leave undone. */
const NOT_OF_DIFF = ['fields', 'transform', 'embed', 'reduce', 'metadata', 'level', 'sample'] as const;

/** @throws ValidationError for an option of another type, for a store that is missing, and for a name that is no option */
export function checkStoreOptions(options: VectorStoreMigratorOptions): void {
  check('VectorStoreMigrator', options, { ...PACE, ...STORES });
  requireStores(options);
}

function requireStores(options: VectorStoreMigratorOptions): void {
  for (const side of ['source', 'target'] as const) {
    if (options[side] === undefined) throw new ValidationError(`${side} is missing: it must be ${store[0]}.`);
  }
}

/** The same for what a call of the migrator may be told. What is said of both holds for this call. */
export function checkCallOptions(name: string, options: object): Partial<VectorStoreMigratorOptions> {
  check(name, options, { ...CALLS, ...PACE, ...STORES });
  return Object.fromEntries(
    Object.entries(options).filter(([option, value]) => value !== undefined && Object.hasOwn(STORES, option)),
  );
}

/** The same for a function that is given the stores as well. */
export function checkAllOptions(name: string, options: VectorStoreMigratorOptions): void {
  check(name, options, { ...CALLS, ...PACE, ...STORES });
  requireStores(options);
}

/** @throws ValidationError as well for what shapes records, which a comparison of two collections as they are does not */
export function checkDiffOptions(options: VectorStoreMigratorOptions): void {
  checkAllOptions('diff', options);
  const shaping = NOT_OF_DIFF.find((name) => name in options);
  if (shaping === undefined) return;
  throw new ValidationError(
    `diff has no option "${shaping}": it compares two collections as they are. Use verify for one that was changed on its way.`,
  );
}

function check(name: string, options: unknown, kinds: Readonly<Record<string, Kind>>): void {
  if (!isObject(options))
    throw new ValidationError(`The options of ${name} must be an object, but are ${said(options)}.`);
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined;
    if (kind === undefined) {
      const hint = didYouMean(option, Object.keys(kinds), `It has: ${Object.keys(kinds).join(', ')}.`);
      throw new ValidationError(`${name} has no option "${option}". ${hint} Nothing was done.`);
    }
    const [must, is] = kind;
    if (!is(value))
      throw new ValidationError(
        `${option} must be ${must}, but is ${kind === store && typeof value === 'string' ? 'a text' : said(value)}. Nothing was done.`,
      );
  }
}

/** A text in the place of a store may hold a key, and is not shown. */
function said(value: unknown): string {
  if (value instanceof Promise) return 'a promise: await it first';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  return isObject(value) ? 'an object without what that has' : String(value);
}
