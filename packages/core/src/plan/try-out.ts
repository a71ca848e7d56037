/** A sample of the source on the way that all of it will go: what becomes of it tells what becomes of the rest. */
import type { Encoding } from '../mapping/envelope.ts';
import type { Embedding } from '../mapping/embed.ts';
import type { FieldMapping } from '../mapping/fields.ts';
import type { RecordLayout } from '../mapping/layout.ts';
import type { RecordMapping } from '../mapping/page.ts';
import type { PlannedReduction } from '../store/reduce.ts';
import { fitSample, shapeSample } from '../mapping/pipeline.ts';
import type { Transform } from '../mapping/transform.ts';
import { own, recordKey, type VectorRecord } from '../spec/record.ts';
import type { CallOptions, CollectionSchema, ReadableCollection, StoreFacts, VectorSchema } from '../spec/v1.ts';
import { EVERYTHING } from '../store/capabilities.ts';
import { recordProblem } from '../guard/record-check.ts';
import type { Loss } from './losses.ts';

interface Changes {
  readonly fieldMapping?: FieldMapping | undefined;
  readonly transform?: Transform | undefined;
  readonly embed?: Embedding | undefined;
  readonly layout?: RecordLayout | undefined;
  readonly reduction?: PlannedReduction | undefined;
}

/** The sample as the run will change it, so that fields and dimensions are those of the target. */
export async function shapeSampled(
  records: readonly VectorRecord[],
  { fieldMapping, transform, embed, layout, reduction }: Changes,
): Promise<{ readonly sample: readonly VectorRecord[]; readonly losses: readonly Loss[]; readonly rejected: number }> {
  // Computing vectors may cost money, so the sample gets stand-ins of the right size.
  const standIn = embed && { ...embed, embed: standInFor(embed), text: standInText(embed) };
  const shaped = await shapeSample(records, { fieldMapping, transform, layout, reduction, embed: standIn });
  const counts = new Map<string, number>();
  for (const { rejection } of shaped.rejected) counts.set(rejection.detail, (counts.get(rejection.detail) ?? 0) + 1);
  const cause =
    embed === undefined && reduction === undefined ? 'the layout has no form for records' : 'records cannot go on';
  const losses = rejections(counts, (detail) => `${cause}: ${detail}`);
  return { sample: shaped.records, losses, rejected: shaped.rejected.length };
}

/** Every record of the sample gets a vector, so that what the target does with it is seen, unless its text is refused. */
function standInText({ text }: Embedding): Embedding['text'] {
  return (record) => {
    const found = text?.(record);
    return typeof found === 'object' ? found : '';
  };
}

function standInFor({ dimension }: Embedding): Embedding['embed'] {
  return async (texts) => texts.map(() => new Float32Array(dimension).fill(1));
}

/** Lets the sample go the rest of its way, to see what is encoded and what the target would reject. */
export async function tryOut(
  sample: readonly VectorRecord[],
  mapping: Pick<RecordMapping, 'vectorNames' | 'leftVectors' | 'namespacePolicy'> & {
    readonly schema: CollectionSchema;
  },
  { adapter, capabilities }: StoreFacts,
): Promise<{
  readonly encodings: Readonly<Partial<Record<Encoding, number>>>;
  readonly losses: readonly Loss[];
  readonly warnings: readonly string[];
  readonly stored: readonly VectorRecord[];
  /** Of those, the ones that would be rejected, by {@link recordKey}. */
  readonly rejected: Set<string>;
}> {
  const encodings: Partial<Record<Encoding, number>> = {};
  const onEncoding = (encoding: Encoding): void => {
    encodings[encoding] = (encodings[encoding] ?? 0) + 1;
  };
  const mapped = await fitSample(sample, { ...mapping, capabilities, onEncoding });
  const lacking = new Map<string, number>();
  const rejected = new Set<string>();
  const warnings: string[] = [];
  for (const { original, stored } of mapped) {
    const broken = recordProblem(original, mapping.schema, EVERYTHING);
    const problem = broken ?? recordProblem(stored, mapping.schema, capabilities);
    if (problem !== undefined) rejected.add(recordKey(stored));
    if (broken !== undefined) warnings.push(`record "${broken.id}" will be rejected: ${broken.detail}`);
    else if (problem !== undefined) lacking.set(problem.detail, (lacking.get(problem.detail) ?? 0) + 1);
  }
  const losses = rejections(lacking, (detail) => `${adapter} would reject records: ${detail}`);
  return { encodings, losses, warnings, rejected, stored: mapped.map(({ stored }) => stored) };
}

/** What a collection that is there already would reject for what it is, of what would be written. Adds to what is `tried.rejected`. */
export async function foresee(
  existing: Pick<ReadableCollection, 'wouldReject'> | undefined,
  tried: { readonly stored: readonly VectorRecord[]; readonly rejected: Set<string> },
  adapter: string,
  options: CallOptions,
): Promise<readonly Loss[]> {
  if (existing?.wouldReject === undefined) return [];
  const offered = tried.stored.filter((record) => !tried.rejected.has(recordKey(record)));
  if (offered.length === 0) return [];
  const counts = new Map<string, number>();
  for (const rejection of await existing.wouldReject(offered, options)) {
    // Records with one id are told of by themselves.
    if (rejection.reason === 'duplicate-id') continue;
    tried.rejected.add(recordKey(rejection));
    counts.set(rejection.detail, (counts.get(rejection.detail) ?? 0) + 1);
  }
  return rejections(counts, (detail) => `${adapter} would reject records: ${detail}`);
}

function rejections(counts: ReadonlyMap<string, number>, say: (detail: string) => string): Loss[] {
  return [...counts].map(([detail, recordsInSample]) => ({
    name: 'rejected-records',
    detail: say(detail),
    recordsInSample,
  }));
}

/** The vectors of a schema, with the one that is computed anew. */
export function withEmbedding(
  vectors: Readonly<Record<string, VectorSchema>>,
  embed: Embedding,
): Record<string, VectorSchema> {
  const name = embed.vector ?? '';
  const known = own(vectors, name);
  const metric = known !== undefined && known.kind !== 'sparse' ? known.metric : undefined;
  return { ...vectors, [name]: { kind: 'dense', dimension: embed.dimension, metric } };
}
