import { encodeText } from '../store/encode-text.ts';
import { EVERYTHING } from '../store/capabilities.ts';
import { parseJson, stringifyJson } from '../json/json.ts';
import { steadyNeighbour } from '../json/serde-numbers.ts';
import { similarKeys } from '../guard/key-grammar.ts';
import { idProblem, keyProblem } from '../guard/record-check.ts';
import { metadataProblem, textProblem } from '../guard/metadata-check.ts';
import {
  Float,
  isMetadataObject,
  type Metadata,
  type MetadataValue,
  type VectorRecord,
  own,
  setOwn,
} from '../spec/record.ts';
import type { Capabilities } from '../spec/v1.ts';
import { uuid5 } from './uuid5.ts';

/**
 * The one metadata key that VSM writes: a JSON string with what the store could not hold as it was. Reading a record consumes
 * it, so that moving back restores the original. A record that fits the store has none.
 */
export const ENVELOPE_KEY = '__vsm';

interface Envelope {
  readonly id?: string;
  readonly namespace?: string;
  readonly document?: string;
  readonly uri?: string;
  readonly metadata?: Metadata;
  /** Keys that the store does not take, by those that stand in for them. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** How a namespace reaches a store without namespaces: in front of every id, so that equal ids stay apart. */
export type NamespacePolicy = 'keep' | 'prefix-id';

export interface EncodeRules {
  readonly capabilities: Capabilities;
  readonly namespaces: NamespacePolicy;
}

/** The parts of a record that an encoding touched, as named in plans. */
export type Encoding = 'ids' | 'namespaces' | 'documents' | 'uris' | 'metadata';

/** The record as a store with these capabilities can hold it. Returns the same object where nothing has to change. */
export function encodeRecord(
  record: VectorRecord,
  rules: EncodeRules,
  note?: (encoding: Encoding) => void,
): VectorRecord {
  const { capabilities } = rules;
  let { id, namespace, document, uri } = record;
  const kept: { -readonly [Key in keyof Envelope]: Envelope[Key] } = {};

  if (rules.namespaces === 'prefix-id' && !capabilities.namespaces) {
    id = prefixed(id, namespace);
    kept.id = record.id;
    if (namespace !== undefined) kept.namespace = namespace;
    namespace = undefined;
    note?.('namespaces');
  }
  if (idProblem(id, capabilities) !== undefined && id !== '') {
    id = uuid5(id);
    kept.id = record.id;
    note?.('ids');
  }
  if (
    document !== undefined &&
    (capabilities.document === false || textProblem(document, capabilities.metadata) !== undefined)
  ) {
    kept.document = document;
    document = capabilities.document === false ? undefined : storable(document);
    note?.('documents');
  }
  if (uri !== undefined && !capabilities.uri) {
    kept.uri = uri;
    uri = undefined;
    note?.('uris');
  }
  const metadata = encodeMetadata({ metadata: record.metadata, document }, capabilities);
  if (metadata !== undefined) {
    if (metadata.kept !== undefined) kept.metadata = metadata.kept;
    if (metadata.keys !== undefined) kept.keys = metadata.keys;
    note?.('metadata');
  }
  if (Object.keys(kept).length === 0) return record;
  // A field of the user's own under this name gives way, and comes back with the rest.
  const theirs = own(record.metadata, ENVELOPE_KEY);
  if (theirs !== undefined) kept.metadata = { ...kept.metadata, [ENVELOPE_KEY]: theirs };
  const envelope = stringifyJson({ vsm: 1, ...kept });
  return {
    id,
    namespace,
    vectors: record.vectors,
    metadata: { ...(metadata?.stored ?? record.metadata), [ENVELOPE_KEY]: envelope },
    document,
    uri,
  };
}

interface EncodedMetadata {
  readonly stored: Metadata;
  readonly kept: Metadata | undefined;
  readonly keys: Readonly<Record<string, string>> | undefined;
}

function encodeMetadata(
  record: Pick<VectorRecord, 'metadata' | 'document'>,
  capabilities: Capabilities,
): EncodedMetadata | undefined {
  let stored: Record<string, MetadataValue> | undefined;
  const { metadata } = record;
  let kept: Record<string, MetadataValue> | undefined;
  let keys: Record<string, string> | undefined;
  for (const key in metadata) {
    const value = metadata[key] as MetadataValue;
    const forgery = isForgery(key, value);
    const badKey = forgery || keyProblem(key, record, capabilities) !== undefined;
    const badValue = metadataProblem(value, capabilities.metadata) !== undefined;
    if (!badKey && !badValue) continue;
    // What no JSON can carry stays where it is, so that the store refuses the record by name.
    if (metadataProblem(value, EVERYTHING.metadata) !== undefined) continue;
    stored ??= { ...metadata };
    const other = badKey && !badValue && !forgery ? standIn(key, stored, record, capabilities) : undefined;
    if (other !== undefined) {
      delete stored[key];
      setOwn(stored, other, value);
      keys ??= {};
      setOwn(keys, other, key);
      continue;
    }
    kept ??= {};
    setOwn(kept, key, value);
    const number = badKey ? undefined : nearestNumber(value);
    if (number === undefined) delete stored[key];
    else setOwn(stored, key, number);
  }
  return stored === undefined || (kept ?? keys) === undefined ? undefined : { stored, kept, keys };
}

/** A free key that the store takes in place of one that it does not, so that the value stays where queries find it. */
function standIn(
  key: string,
  stored: Metadata,
  { metadata, document }: Pick<VectorRecord, 'metadata' | 'document'>,
  capabilities: Capabilities,
): string | undefined {
  const grammar = capabilities.metadata.keys;
  if (grammar === undefined) return undefined;
  const taken = (name: string): boolean =>
    name === ENVELOPE_KEY ||
    name === capabilities.document ||
    Object.hasOwn(stored, name) ||
    Object.hasOwn(metadata, name);
  return similarKeys(key, grammar).find(
    (name) => !taken(name) && keyProblem(name, { metadata, document }, capabilities) === undefined,
  );
}

/** Text that would be taken for an envelope when it is read. */
function isForgery(key: string, value: MetadataValue): boolean {
  return key === ENVELOPE_KEY && typeof value === 'string' && readEnvelope(value) !== undefined;
}

/** A number that a store would change stays in its field too, as near as the store can hold it, so that filters still find it. */
function nearestNumber(value: MetadataValue): number | undefined {
  if (Float.isInstance(value)) return value.value + 0;
  return typeof value === 'number' ? steadyNeighbour(value) : undefined;
}

/** The record that {@link encodeRecord} was given. Anything without an envelope is returned as it is. */
export function decodeRecord(record: VectorRecord): VectorRecord {
  const text = own(record.metadata, ENVELOPE_KEY);
  const envelope = typeof text === 'string' ? readEnvelope(text) : undefined;
  if (envelope === undefined) return record;
  const { [ENVELOPE_KEY]: _consumed, ...rest } = record.metadata;
  // Not by assignment: `__proto__` is a key like any other.
  const restored = Object.entries(envelope.metadata ?? {}).filter(([key, original]) => {
    // A value that someone changed in the store since then is newer than what the envelope kept.
    const changed = Object.hasOwn(rest, key) && Number(rest[key]) !== nearestNumber(original);
    return !changed;
  });
  const renamed = Object.entries(rest).map(([key, value]) => [own(envelope.keys ?? {}, key) ?? key, value] as const);
  const metadata: Metadata = Object.fromEntries([...renamed, ...restored]);
  return {
    id: envelope.id ?? record.id,
    namespace: envelope.namespace ?? record.namespace,
    vectors: record.vectors,
    metadata,
    // What stands in the store today was written later, unless it is what was left of the original when the envelope was made.
    document: isLeftOf(record.document, envelope.document) ? envelope.document : record.document,
    uri: record.uri ?? envelope.uri,
  };
}

function prefixed(id: string, namespace: string | undefined): string {
  return `${encodeText(namespace ?? '')}/${id}`;
}

/** Whether the record, as its store has it, is one of a collection whose namespaces lie in front of the ids. */
export function hasPrefixedId(record: VectorRecord): boolean {
  const { id, namespace } = decodeRecord(record);
  if (id === record.id) return false;
  const stored = prefixed(id, namespace);
  return record.id === stored || record.id === uuid5(stored);
}

/** What remains of a text in a store that cannot hold all of it, so that whoever reads it there finds the rest. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function isLeftOf(found: string | undefined, original: string | undefined): boolean {
  return original !== undefined && (found === undefined || found === storable(original));
}

function readEnvelope(text: string): Envelope | undefined {
  if (!text.startsWith('{"vsm":1')) return undefined;
  try {
    const parsed = parseJson(text);
    return isMetadataObject(parsed) && parsed['vsm'] === 1 ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
