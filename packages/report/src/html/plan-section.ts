import { stringifyJson, own } from '@vsm/core/adapter';
import type { Filter, MigrationPlan, VectorSchema } from '@vsm/core';
import { bytes, count, plural } from '../format.ts';
import { html, type Content, type Markup } from './html.ts';
import { MASK } from '../redact/location.ts';
import { scanPromise } from '../scan-promise.ts';
import { isSecretName } from '../redact/names.ts';
import { pairs, section } from './section.ts';
import { basisText, roleText } from '../text/reading.ts';
import { reductionText } from '../text/plan.ts';
import { table } from './table.ts';
import { notes } from './verification-section.ts';

/** What was decided before the first write: what goes where, what is stored differently, what stays behind. */
export function planSection(plan: MigrationPlan, warnings: readonly string[], id: string): Markup {
  const { schema, sample } = plan;
  return section(
    {
      id: `${id}plan`,
      title: 'Plan',
      lead: 'Decided before the first write, from both sides and a sample of the source.',
    },
    html`${lossesOf(plan)} ${vectorsTable(plan)} ${fieldsTable(plan)}
    ${pairs([
      ['scan', scanPromise(plan)],
      ['ids', idsText(plan)],
      ['namespaces', namespacesText(plan)],
      ['text and metadata', metadataText(plan)],
      ['filter', plan.filter === undefined ? undefined : html`<code>${filterText(plan.filter)}</code>`],
      ['fields changed', fieldsText(plan)],
      [
        'new vectors',
        plan.embedding === undefined ? undefined : `${plan.embedding.dimension} dimensions, computed on the way`,
      ],
      ['smaller vectors', plan.reduction && reductionText(plan.reduction)],
      ['target', plan.createTarget ? 'created by this run' : `was there, with ${plural(plan.targetCount, 'record')}`],
      ['indexes', schema.indexes?.map(({ path, type }) => `${path} (${type})`).join(', ')],
      ['room in the target', headroomText(plan)],
      ['sample', `${plural(sample.records, 'record')}, ${bytes(sample.bytesPerRecord)} each on average`],
    ])}
    ${notes(warnings)}`,
  );
}

function lossesOf({ losses }: MigrationPlan): Markup {
  if (losses.length === 0) return html`<p class="finding">Nothing is lost <span>between these two stores</span></p>`;
  return html`<div class="losses">
    <h3>Would not arrive</h3>
    <ul>
      ${losses.map(({ name, detail, recordsInSample }) => html`<li><strong>${name}</strong> ${detail}${recordsInSample === undefined ? undefined : ` (${plural(recordsInSample, 'record')} of the sample)`}</li>`)}
    </ul>
  </div>`;
}

function vectorsTable({ vectorNames, schema, source, target }: MigrationPlan): Content {
  const carried = Object.entries(vectorNames);
  if (carried.length === 0) return undefined;
  const columns = [`in ${source.adapter}`, `in ${target.adapter}`, 'kind', 'dimensions', 'compared by', 'stored as'];
  const rows = carried.map(([from, to]): readonly Content[] => {
    const vector = own(schema.vectors, to);
    const dimension = vector?.dimension === undefined ? '–' : count(vector.dimension);
    return [vectorName(from), vectorName(to), vector?.kind, dimension, metricOf(vector), datatypeOf(vector)];
  });
  return table(
    'Vectors',
    columns.map((name) => ({ name })),
    0,
    rows,
  );
}

/** What the fields of a source that others made were read as. */
function fieldsTable({ reading, source }: MigrationPlan): Content {
  if (reading === undefined) return undefined;
  const rows = reading.map((one): readonly Content[] => [vectorName(one.field), roleText(one), basisText(one)]);
  return table(
    'Fields',
    [{ name: `in ${source.adapter}` }, { name: 'read as' }, { name: 'because', wide: true }],
    0,
    rows,
  );
}

const vectorName = (name: string): Content => (name === '' ? 'unnamed' : html`<code><bdi>${name}</bdi></code>`);

function metricOf(vector: VectorSchema | undefined): string {
  return vector === undefined || vector.kind === 'sparse' ? '–' : (vector.metric ?? 'not said');
}

function datatypeOf(vector: VectorSchema | undefined): string {
  return vector === undefined || vector.kind === 'sparse' ? '–' : (vector.datatype ?? 'float32');
}

function idsText({ encodings }: MigrationPlan): string {
  return encodings.ids === undefined
    ? 'kept as they are'
    : 'become UUIDs where the target cannot hold them; the original stays in the record and comes back';
}

function namespacesText({ namespacePolicy, namespaces, encodings }: MigrationPlan): string | undefined {
  const which =
    namespaces === undefined
      ? undefined
      : `only ${namespaces.map((name) => (name === '' ? '(default)' : name)).join(', ')}`;
  const how =
    namespacePolicy === 'prefix-id' || encodings.namespaces !== undefined ? 'become a prefix of the ids' : undefined;
  return which === undefined && how === undefined ? undefined : [which, how].filter(Boolean).join('; ');
}

function metadataText({ encodings, sample }: MigrationPlan): string {
  const touched = (['documents', 'uris', 'metadata'] as const)
    .filter((encoding) => encodings[encoding] !== undefined)
    .map((encoding) => `${encoding} of ${count(encodings[encoding] ?? 0)}`);
  return touched.length === 0
    ? 'carried as they are'
    : `${touched.join(', ')} of ${plural(sample.records, 'sampled record')} are kept in the field __vsm and come back when read`;
}

function fieldsText({ fieldMapping }: MigrationPlan): Content {
  return fieldMapping === undefined ? undefined : html`<code>${JSON.stringify(fieldMapping)}</code>`;
}

function headroomText({ headroom }: MigrationPlan): string {
  const { totalBytes, vectorBytes, metadataBytes, indexBytes, memoryBytes, basis } = headroom;
  const graph = indexBytes === 0 ? '' : `, ${bytes(indexBytes)} index`;
  const memory = memoryBytes === undefined ? '' : `, ${bytes(memoryBytes)} of it in memory`;
  const rests = basis === undefined ? '' : ` (${basis})`;
  return `about ${bytes(totalBytes)}: ${bytes(vectorBytes)} vectors, ${bytes(metadataBytes)} text and metadata${graph}${memory}${rests}`;
}

/** As the user wrote it, more or less; values of fields that are named like secrets are not shown. */
function filterText(filter: Filter): string {
  const value = (path: string, shown: unknown): string =>
    isSecretName(path) ? MASK : stringifyJson(shown as Parameters<typeof stringifyJson>[0]);
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.of
        .map((part) => ('of' in part ? `(${filterText(part)})` : filterText(part)))
        .join(` ${filter.op} `);
    case 'not':
      return `not (${filterText(filter.of)})`;
    case 'in':
    case 'nin':
      return `${filter.path} ${filter.op} ${value(filter.path, filter.values)}`;
    case 'exists':
    case 'null':
    case 'contains':
      return `${filter.path} ${filter.op} ${value(filter.path, filter.value)}`;
    default:
      return `${filter.path} ${SIGNS[filter.op]} ${value(filter.path, filter.value)}`;
  }
}

const SIGNS = { eq: '=', ne: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤' } as const;
