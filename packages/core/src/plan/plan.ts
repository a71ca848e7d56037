import { decodeRecord } from '../mapping/envelope.ts';
import { recordBytes, withoutDepths } from '../scan/record-bytes.ts';
import { storeFacts } from '../store/facts.ts';
import { openEnd } from '../store/scope.ts';
import { recordKey } from '../spec/record.ts';
import type { CallOptions, LackingSetting, VectorStoreV1 } from '../spec/v1.ts';
import { checkExisting, mergeExisting, narrowerDatatypes, refuseUnwritable, restrictions } from './existing.ts';
import { headroom, shortOfRoom } from './headroom.ts';
import { exactVectorsOf } from './exact-vectors.ts';
import { inferFields, inferVectors } from './infer.ts';
import type { Loss } from './losses.ts';
import { endOf, doubledLoss, foreignLoss, foreignRecords, heldBefore, openExisting } from './parts.ts';
import { comparePlaces, samePlace } from './same-place.ts';
import { chooseNamespacePolicy, countSelected, noVectors, shownBy, supersededLoss, unpromised } from './source-side.ts';
import { lackingSettings, sayLacking } from './target-lacks.ts';
import { mapSchema } from './target-schema.ts';
import { trafficOf } from './traffic.ts';
import { checkReduced, chooseReduced, reduceSchema, reductionLosses } from './reduction.ts';
import { foresee, shapeSampled, tryOut, withEmbedding } from './try-out.ts';
import type { MigrationPlan, PlanRequest } from './migration-plan.ts';

/** Records that the plan looks at. Enough to meet every field of ordinary data, and one page for most stores. */
const SAMPLE_RECORDS = 200;

/** Reads both sides and writes to neither. */
export async function makePlan(
  source: VectorStoreV1,
  target: VectorStoreV1,
  request: PlanRequest,
): Promise<MigrationPlan> {
  const options: CallOptions = { signal: request.signal };
  const { sourceCollection, targetCollection } = request;
  if (source.location === target.location && sourceCollection === targetCollection) {
    throw samePlace({ store: source, asked: sourceCollection }, { store: target, asked: targetCollection });
  }
  const { scopes, opening } = request.layout ?? {};
  const sourceEnd = endOf(source, sourceCollection, scopes?.source, opening?.source);
  const targetEnd = endOf(target, targetCollection, scopes?.target, opening?.target);
  const from = await openEnd(source, sourceEnd, options);
  const described = await from.describe(options);
  const scanStarted = performance.now();
  const page = await from.scan(
    {
      limit: SAMPLE_RECORDS,
      include: ['vectors', 'metadata'],
      filter: request.filter,
      namespace: request.namespaces?.[0],
    },
    options,
  );
  const scanSeconds = Math.max(1e-6, (performance.now() - scanStarted) / 1000);
  const shown = shownBy(page.records);
  const sampledRecords = withoutDepths(shown.records);
  const decoded = sampledRecords.map(decodeRecord);
  const adapted = request.layout?.adapt(described, decoded);
  const given = inferVectors(described, decoded);
  const reduction = chooseReduced(request.reduce, given, request.embed);
  const { sample, losses: refusals, rejected } = await shapeSampled(sampledRecords, { ...request, reduction });
  const sourceSchema = adapted?.schema ?? described;
  const vectors = inferVectors(sourceSchema, sample);
  const facts = await storeFacts(target, request.signal);
  const namespacePolicy = await chooseNamespacePolicy(from, facts, request, options, {
    afterLayout: adapted?.namespaces,
    sample: sampledRecords,
  });
  const existing = await openExisting(target, targetEnd, options);
  const present = await existing?.describe(options);
  const mapped = mapSchema(
    {
      ...sourceSchema,
      adapter: source.adapter,
      vectors: reduceSchema(request.embed === undefined ? vectors : withEmbedding(vectors, request.embed), reduction),
      fields: { ...inferFields(sample), ...sourceSchema.fields },
      namespaces: namespacePolicy.used,
    },
    {
      ...facts,
      name: targetCollection,
      vectorNames: adapted?.vectorNames,
      sameVectors: adapted?.sameVectors,
      existing: present,
      comparesSettings: existing?.lacks !== undefined,
    },
    sample,
    request.metric,
  );
  const { scan } = (await storeFacts(source, request.signal)).capabilities;
  const warnings = [
    ...(scan === 'best-effort' ? [unpromised(source.adapter)] : []),
    ...mapped.warnings,
    ...(adapted?.notes ?? []),
    ...restrictions({ ...described.restrictions, access: undefined }),
  ];
  let schema = mapped.schema;
  let targetCount = 0;
  let targetLacks: readonly LackingSetting[] = [];
  const losses = [
    ...mapped.losses,
    ...(adapted?.losses ?? []).map((detail): Loss => ({ name: 'layout', detail })),
    ...refusals,
    ...supersededLoss(described),
    ...(reduction === undefined ? [] : reductionLosses(reduction, request.embed, { vectors: given, sample: decoded })),
  ];
  if (existing !== undefined && present !== undefined) {
    const places = [
      { store: source, asked: sourceCollection, collection: from },
      { store: target, asked: targetCollection, collection: existing },
    ] as const;
    losses.push(...(await comparePlaces(...places, options)));
    if (request.writes === true) refuseUnwritable(target, present);
    warnings.push(...checkExisting(mapped.schema, present, target.adapter), ...restrictions(present.restrictions));
    losses.push(...narrowerDatatypes(mapped.schema, present, sample));
    schema = mergeExisting(mapped.schema, present);
    targetLacks = await lackingSettings(mapped.schema, { from: source.adapter, facts, existing, present }, options);
    warnings.push(...sayLacking(targetLacks, request.completeTarget === true));
    targetCount = (await existing.count({}, options)).value;
    if (targetCount > 0) warnings.push(heldBefore(targetCount, targetEnd));
  }
  if (reduction !== undefined) checkReduced(reduction, { ...mapped, schema, existing: present }, facts);
  const exactVectors = exactVectorsOf({
    source: vectors,
    target: schema.vectors,
    vectorNames: mapped.vectorNames,
    sample,
    changed: [request.embed && (request.embed.vector ?? ''), reduction?.vector],
  });
  const tried = await tryOut(sample, { ...mapped, schema, namespacePolicy: namespacePolicy.policy }, facts);
  const foreseen = await foresee(existing, tried, target.adapter, options);
  const taken = existing === undefined ? [] : await foreignRecords(tried.stored, target, targetEnd, options);
  losses.push(
    ...tried.losses,
    ...foreseen,
    ...foreignLoss(taken, targetEnd),
    ...(shown.older ? [] : doubledLoss(tried.stored)),
  );
  for (const record of taken) tried.rejected.add(recordKey(record));
  const sampled = sample.length + rejected;
  const refused = rejected + tried.rejected.size;
  if (sampled > 0 && refused === sampled) {
    losses.push({ name: 'rejected-records', detail: 'no sampled record would arrive', recordsInSample: refused });
  }
  const { total: totalVectors, notes } = await countSelected(from, request, options);
  const bytesPerRecord = Math.round(
    sample.reduce((total, record) => total + recordBytes(record), 0) / Math.max(1, sample.length),
  );
  const room = headroom(tried.stored, schema, totalVectors, await target.room?.(schema, options));
  return {
    version: 1,
    source: sourceEnd,
    target: targetEnd,
    sourceScan: scan,
    schema,
    createTarget: existing === undefined,
    targetCount,
    targetLacks: targetLacks.length === 0 ? undefined : targetLacks,
    completeBy: request.completeTarget === true && existing !== undefined ? mapped.schema : undefined,
    vectorNames: mapped.vectorNames,
    ...(exactVectors.length > 0 && { exactVectors }),
    leftVectors: mapped.leftVectors,
    namespacePolicy: namespacePolicy.policy,
    namespaces: request.namespaces,
    filter: request.filter,
    fieldMapping: request.fieldMapping,
    reduction,
    layout: request.layout?.description,
    embedding:
      request.embed === undefined
        ? undefined
        : {
            vector: request.embed.vector ?? '',
            dimension: request.embed.dimension,
            description: request.embed.description,
          },
    reading: described.reading,
    undecided: described.undecided ?? [],
    losses: [...noVectors(described, vectors), ...losses],
    encodings: tried.encodings,
    warnings: [...warnings, ...notes, ...tried.warnings, ...shortOfRoom(room)],
    sample: {
      records: sampled,
      rejected: refused,
      bytesPerRecord,
      vectorsPerSecond: page.records.length / scanSeconds,
    },
    totalVectors,
    headroom: room,
    traffic: trafficOf({ totalVectors, bytesPerRecord, headroom: room, limits: facts.capabilities.limits }),
  };
}
