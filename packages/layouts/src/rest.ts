/** What a framework's form has no place for, and how it comes back. */
import { own, parseJson, type Metadata, type MetadataValue } from '@vsm/core/adapter';
import type { AppDocument, AppNode } from './document.ts';
import type { Form } from './form.ts';
import { blankText, equalNodes, putText } from './nodes.ts';
import type { StoredRecord } from './stored-record.ts';
import { equalValues, merged, without } from './values.ts';

/**
 * The field that keeps what the framework's form has no place for, as JSON text. Reading a record with a layout consumes it, so
 * that moving back restores the original. A record that fits its form has none.
 */
export const REST_KEY = '__vsm_layout';

/** What the form changed about an entry, and how it was. `null` and `without`: it was not there. */
interface Rest {
  readonly id?: string;
  readonly text?: string | null;
  readonly scope?: string | null;
  readonly metadata?: Metadata;
  readonly without?: readonly string[];
  readonly source?: string | null;
  readonly node?: AppNode | null;
  readonly extra?: Metadata;
}

/** What is not read back as it was; `undefined` where everything is. */
export function differences(wanted: AppDocument, read: AppDocument, form: Form): Rest | undefined {
  const keys = new Set([...Object.keys(wanted.metadata), ...Object.keys(read.metadata)]);
  // In order, so that the same difference is the same text.
  const changed = [...keys]
    .toSorted()
    .filter((key) => !equalValues(own(wanted.metadata, key), own(read.metadata, key)));
  const kept = changed.filter((key) => Object.hasOwn(wanted.metadata, key));
  const added = changed.filter((key) => !Object.hasOwn(wanted.metadata, key));
  const extra = Object.entries(wanted.extra ?? {}).filter(
    ([key, value]) => !equalValues(own(read.extra ?? {}, key), value),
  );
  const rest: Rest = {
    ...(wanted.id !== read.id && { id: wanted.id }),
    ...(wanted.text !== read.text && { text: wanted.text ?? null }),
    // A field of the application's own may be called as the framework calls its scope.
    ...(form.scope !== undefined && wanted.scope !== read.scope && { scope: wanted.scope ?? null }),
    ...(kept.length > 0 && { metadata: Object.fromEntries(kept.map((key) => [key, wanted.metadata[key] ?? null])) }),
    ...(added.length > 0 && { without: added }),
    ...(wanted.source !== read.source && form.drops?.node === undefined && { source: wanted.source ?? null }),
    ...nodeDifference(wanted, read, form),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
  return Object.keys(rest).length === 0 ? undefined : rest;
}

function nodeDifference(wanted: AppDocument, read: AppDocument, form: Form): Pick<Rest, 'node'> {
  const { node } = wanted;
  if (node === undefined || form.drops?.node !== undefined) return {};
  return read.node !== undefined && read.node.type === node.type && equalNodes(read.node.content, node.content)
    ? {}
    : { node: { ...node, content: blankText(node.content) } };
}

export function restore(read: AppDocument, rest: Rest): AppDocument {
  const { text: readText, source: readSource, node: readNodeOf, scope: readScopeOf, ...others } = read;
  const text = rest.text === undefined ? readText : (rest.text ?? undefined);
  const source = rest.source === undefined ? readSource : (rest.source ?? undefined);
  const scope = rest.scope === undefined ? readScopeOf : (rest.scope ?? undefined);
  const kept = rest.node === undefined ? readNodeOf : (rest.node ?? undefined);
  // Its text is that of the entry, which is not kept twice.
  const node = kept && { ...kept, content: putText(kept.content, text ?? '', kept.type) };
  return {
    ...others,
    id: rest.id ?? read.id,
    metadata: merged(without(read.metadata, rest.without ?? []), rest.metadata),
    ...(text !== undefined && { text }),
    ...(scope !== undefined && { scope }),
    ...(source !== undefined && { source }),
    ...(node !== undefined && { node }),
    ...(rest.extra !== undefined && { extra: merged(read.extra, rest.extra) }),
  };
}

export function withoutRest(stored: StoredRecord): StoredRecord {
  return { ...stored, payload: without(stored.payload, [REST_KEY]) };
}

export function readRest(value: MetadataValue | undefined): Rest | undefined {
  if (typeof value !== 'string' || !value.startsWith('{"vsm":1')) return undefined;
  try {
    return parseJson(value) as unknown as Rest;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
