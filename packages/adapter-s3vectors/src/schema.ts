import {
  documentField,
  ignoredFields,
  onlyVector,
  own,
  recognizeBeside,
  remarks,
  type CollectionDescription,
  type CollectionSchema,
  type FieldFacts,
  type MetadataValue,
  type NamedFields,
  type Recognition,
  type Warning,
} from '@vsm/core/adapter';
import { DOCUMENT, REST, type IndexInfo } from './index-info.ts';
import type { Places } from './mapping.ts';

/** Where applications keep the text: LangChain, https://reference.langchain.com, and knowledge bases of Bedrock. */
const TEXTS = ['_page_content', 'AMAZON_BEDROCK_TEXT'];

export interface Creation {
  /** JSON behind the names of bucket and index. */
  readonly body: string;
  readonly warnings: readonly Warning[];
}

/** @throws VsmError with code `INVALID_OPTIONS` where the service has to know more */
export function planCreation(schema: CollectionSchema, document: string = DOCUMENT): Creation {
  const nameProblem = isIndexName(schema.name)
    ? undefined
    : 'the name of an index has 3 to 63 small letters, digits, "." and "-"';
  const { dimension, metric, warnings } = onlyVector(schema, 's3vectors', nameProblem);
  const keys = JSON.stringify([document, REST]);
  return {
    body: `"dataType":"float32","dimension":${dimension},"distanceMetric":"${metric}","metadataConfiguration":{"nonFilterableMetadataKeys":${keys}}`,
    warnings,
  };
}

export function isIndexName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
}

/** What the metadata of an index is to records; of one that others made, by a sample of it. */
export function readPlaces(
  info: IndexInfo,
  sample: readonly Readonly<Record<string, MetadataValue>>[],
  named: NamedFields,
): Places & { readonly reading: Recognition } {
  const reading = info.hasRest ? { readings: [], undecided: [], unfolded: [] } : readFields(info, sample, named);
  const text = [...info.nonFilterable].find((key) => key !== REST);
  return {
    info,
    reading,
    document: info.hasRest ? (named.document ?? text) : documentField(reading),
    ignored: info.hasRest ? named.ignore : ignoredFields(reading),
  };
}

function readFields(
  { nonFilterable }: IndexInfo,
  sample: readonly Readonly<Record<string, MetadataValue>>[],
  named: NamedFields,
): Recognition {
  const keys = new Set([...nonFilterable, ...sample.flatMap((metadata) => Object.keys(metadata))]);
  // What the user names may be in none of the sample.
  for (const field of [named.document ?? [], ...named.metadata, ...named.ignore].flat()) keys.add(field);
  const facts = [...keys].map((field): FieldFacts => {
    const values = sample.flatMap((metadata) => own(metadata, field) ?? []);
    const texts = values.filter((value) => typeof value === 'string').length;
    const mayBeText = texts === values.length && !['uri', 'namespace'].includes(field);
    const declared = TEXTS.includes(field) && mayBeText ? 'document' : mayBeText ? undefined : 'metadata';
    return {
      field,
      ...(declared !== undefined && { declared }),
      shape: mayBeText ? 'text' : 'other',
      type: nonFilterable.has(field) ? 'non-filterable metadata' : 'metadata',
      sampled: sample.length,
      present: values.length,
    };
  });
  return recognizeBeside(facts, named);
}

export function describeIndex(info: IndexInfo, { readings, undecided }: Recognition): CollectionDescription {
  const { name, dimension, metric, hasRest, nonFilterable } = info;
  const notes = hasRest
    ? []
    : ['the index has no place beside its metadata: a record with more than 2 KB that filters may ask for is rejected'];
  return {
    name,
    vectors: { '': { kind: 'dense', dimension, metric } },
    ids: 'string',
    ...(!hasRest && {
      reading: [
        { field: 'key', role: 'id', basis: 'declared', evidence: 'the key of a vector' },
        { field: 'data', role: 'vector', name: '', basis: 'declared', evidence: `${dimension} float32` },
        ...readings,
      ],
    }),
    ...remarks({ undecided, notes }),
    native: { s3vectors: { nonFilterableMetadataKeys: [...nonFilterable] } },
  };
}
