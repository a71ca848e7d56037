// What an agent is told of a document of `vsm --json`: by default names of the schema and counts, and nothing that came from a record.
// Whatever is not named here is left out, so that a new field of a document stays here until somebody has looked at it.

type Json = unknown;
type Fields = Readonly<Record<string, Json>>;

/** A loss whose detail speaks of the schema alone; those of others quote records. */
const SCHEMA_LOSSES: ReadonlySet<unknown> = new Set([
  'named-vectors',
  'sparse-vectors',
  'multi-vectors',
  'vector-precision',
  'vector-dimensions',
  'no-vectors',
  'same-place',
]);

/** Errors that speak of records, and quote them. */
const QUOTING_CODES: ReadonlySet<unknown> = new Set([
  'INVALID_DATA',
  'VALIDATION_FAILED',
  'SCHEMA_INCOMPATIBLE',
  'MIGRATION_FAILED',
  'UNEXPECTED',
]);

export const WITHHELD = 'withheld, since it quotes records: --allow-rows shows it';

/** What is said in free text may quote a value of a record: whatever stands in quotation marks is hidden unless it was `known` before. */
export function hideQuoted(text: string, known: readonly string[] = []): string {
  return text.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (quoted, inner: string) =>
    known.some((name) => name === inner || name.includes(inner)) ? quoted : '"…"',
  );
}

export function answer(tool: string, document: Fields, known: readonly string[]): Fields {
  if ('error' in document) return { success: false, error: errorOf(document['error'], known) };
  const collections = document['collections'];
  if (tool === 'inspect') {
    return {
      ...pick(document, ['adapter', 'location']),
      collections: list(collections).map((one) => inspected(one, known)),
    };
  }
  if (tool === 'runs') {
    const told = ['runId', 'startedAt', 'source', 'target', 'state', 'vectorsWritten', 'vectorsRejected'];
    return { runs: list(document['runs']).map((run) => pick(run, told)) };
  }
  if (Array.isArray(collections)) return severalCollections(tool, document, known);
  if (tool === 'plan') return planned(document, known);
  if (tool === 'verify') return verified(document, known);
  if (tool === 'migrate' || tool === 'resume') return migrated(document, known);
  if (tool === 'estimate') {
    const { warnings, basis, ...numbers } = document;
    return { ...onlyNumbers(numbers), basis, warnings: sentences(warnings, known) };
  }
  return onlyNumbers(document);
}

function severalCollections(tool: string, document: Fields, known: readonly string[]): Fields {
  return {
    ...onlyNumbers(document),
    collections: list(document['collections']).map((one) => ({
      ...pick(one, ['sourceCollection', 'targetCollection', 'success']),
      ...('error' in one
        ? { error: errorOf(one['error'], known) }
        : { result: answer(tool, fields(one['result']), known) }),
    })),
  };
}

function inspected(one: Fields, known: readonly string[]): Fields {
  const description = fields(one['description']);
  const layout = one['layout'];
  return {
    ...pick(description, ['name', 'vectors', 'ids', 'indexes', 'aliases', 'restrictions']),
    ...pick(one, ['count', 'exact', 'namespaces']),
    fields: list(one['fields']).map((field) => pick(field, ['path', 'type'])),
    reading: list(description['reading']).map((field) => pick(field, ['field', 'role', 'basis', 'candidates'])),
    undecided: sentences(description['undecided'], known),
    ...(layout === undefined ? {} : { layout: pick(fields(layout), ['layout', 'title', 'confidence']) }),
    possibleLayouts: list(one['possibleLayouts']).map((possible) => pick(possible, ['layout', 'title'])),
    scopes: list(one['scopes']).length,
  };
}

function planned(plan: Fields, known: readonly string[]): Fields {
  const schema = fields(plan['schema']);
  return {
    source: pick(fields(plan['source']), ['adapter', 'location', 'collection']),
    target: pick(fields(plan['target']), ['adapter', 'location', 'collection']),
    ...pick(plan, ['createTarget', 'targetCount', 'totalVectors', 'sourceScan', 'encodings', 'sample']),
    schema: pick(schema, ['name', 'vectors', 'ids', 'namespaces']),
    losses: list(plan['losses']).map((loss) => ({
      ...pick(loss, ['name', 'recordsInSample']),
      detail: SCHEMA_LOSSES.has(loss['name']) ? hideQuoted(String(loss['detail']), known) : WITHHELD,
    })),
    undecided: sentences(plan['undecided'], known),
    warnings: sentences(plan['warnings'], known),
    headroom: onlyNumbers(fields(plan['headroom'])),
    ...(plan['estimate'] === undefined ? {} : { estimate: onlyNumbers(fields(plan['estimate'])) }),
  };
}

function verified(report: Fields, known: readonly string[]): Fields {
  const { search, witnesses, differences } = report;
  return {
    ...onlyNumbers(report),
    level: report['level'],
    differingFields: countBy(list(differences), ['kind', 'field']),
    notes: sentences(report['notes'], known),
    witnesses: list(witnesses).map((one) => pick(one, ['side', 'by', 'counted', 'read'])),
    ...(search === undefined ? {} : { search }),
  };
}

function migrated(result: Fields, known: readonly string[]): Fields {
  const { verification, metadata } = result;
  return {
    ...onlyNumbers(result),
    ...pick(result, ['runId', 'sourceCollection', 'targetCollection', 'startedAt', 'completedAt']),
    rejectedReasons: countBy(list(result['rejected']), ['reason']),
    warnings: sentences(result['warnings'], known),
    ...(verification === undefined ? {} : { verification: verified(fields(verification), known) }),
    ...pick(fields(metadata), ['vectorsRead', 'vectorsDropped', 'retries', 'vectorsPerSecond', 'copySeconds']),
  };
}

function errorOf(error: Json, known: readonly string[]): Fields {
  const { code, message, runId } = fields(error);
  const said = QUOTING_CODES.has(code) ? WITHHELD : hideQuoted(String(message), known);
  return { code, message: said, ...(runId === undefined ? {} : { runId }) };
}

/** In an order of their own: that of the items is of the moment. */
function countBy(items: readonly Fields[], keys: readonly string[]): Fields[] {
  const counts = new Map<string, { readonly fields: Fields; count: number }>();
  for (const item of items) {
    const picked = pick(item, keys);
    const key = JSON.stringify(picked);
    const entry = counts.get(key) ?? { fields: picked, count: 0 };
    entry.count += 1;
    counts.set(key, entry);
  }
  const sorted = [...counts].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([, entry]) => ({ ...entry.fields, count: entry.count }));
}

function onlyNumbers(document: Fields): Fields {
  return Object.fromEntries(
    Object.entries(document).filter(
      ([, value]) =>
        typeof value === 'number' ||
        typeof value === 'boolean' ||
        (Array.isArray(value) && value.every((item) => typeof item === 'number')),
    ),
  );
}

function pick(from: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(from).filter(([key, value]) => keys.includes(key) && value !== undefined));
}

function sentences(value: Json, known: readonly string[]): string[] {
  return Array.isArray(value) ? value.map((text) => hideQuoted(String(text), known)) : [];
}

function list(value: Json): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function fields(value: Json): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
