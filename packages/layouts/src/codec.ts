import { isMetadataObject, keyBeside, stringifyJson, type Metadata, type MetadataValue, own } from '@vsm/core/adapter';
import type { AppDocument, AppNode } from './document.ts';
import type { Form, NodeRule } from './form.ts';
import {
  blankText,
  buildNode,
  dialectOf,
  equalNodes,
  isNodeContent,
  metadataInside,
  NO_SOURCE,
  NODE_FIELDS,
  putText,
  SOURCE_FIELD,
  textInside,
} from './nodes.ts';
import { differences, readRest, REST_KEY, restore, withoutRest } from './rest.ts';
import type { StoredRecord } from './stored-record.ts';
import { equalValues, inOrder, merged, without } from './values.ts';

/** Reads a record as its framework wrote it. Never fails: what is not of the form is metadata. */
export function decodeDocument(stored: StoredRecord, form: Form): AppDocument {
  const rest = readRest(own(stored.payload, REST_KEY));
  const shaped = readForm(rest === undefined ? stored : withoutRest(stored), form);
  const { node, ...document } = rest === undefined ? shaped : restore(shaped, rest);
  return node === undefined || isBuilt(node, document) ? document : { ...document, node };
}

/** Writes an entry as its framework would, and keeps what that form cannot. */
export function encodeDocument(document: AppDocument, form: Form): StoredRecord {
  const stored = writeForm(document, form);
  // A field of the application's own under our name gives way, and comes back with the rest.
  const rest = differences(document, readForm(withoutRest(stored), form), form);
  if (rest === undefined) return stored;
  return {
    ...stored,
    payload: merged(stored.payload, {
      [REST_KEY]: stringifyJson({ vsm: 1, ...inOrder(rest as Metadata) }),
    }),
  };
}

function readForm(stored: StoredRecord, form: Form): AppDocument {
  let payload = stored.payload;
  const take = (key: string): MetadataValue | undefined => {
    const value = own(payload, key);
    payload = without(payload, [key]);
    return value;
  };
  const takeText = (key: string): MetadataValue | undefined => {
    const value = own(payload, key);
    return typeof value === 'string' || value === null ? take(key) : undefined;
  };
  for (const [key, value] of Object.entries(form.constants ?? {})) {
    if (equalValues(own(payload, key), value)) take(key);
  }
  for (const key of form.fills ?? []) take(key);
  for (const key of form.nulls ?? []) if (own(payload, key) === null) take(key);
  const { scope, namespace } = readScope(stored, form, take);
  const { node, source, text: nodeText } = readNode(fieldsOf(payload, form), form);
  if (node !== undefined && form.metadata === 'root') payload = without(payload, NODE_FIELDS);
  const ownIds = Object.fromEntries(
    (form.id?.fields ?? []).map((key) => [key, takeText(idFieldIn(payload, key)) ?? null]),
  );
  const id = form.id?.decode({ id: stored.id, payload: ownIds, source }) ?? stored.id;

  let text = nodeText;
  if (form.text === 'document') text = stored.document;
  else if (form.text !== undefined) {
    const { field } = form.text;
    const value = own(payload, field);
    if (typeof value === 'string') text = value;
    if (typeof value === 'string' || value === null) payload = without(payload, [field]);
  }
  let fields = payload;
  let extra: Metadata = {};
  if (form.metadata === 'root') {
    extra = Object.fromEntries(Object.entries(payload).filter(([key]) => form.extras?.names.includes(key) === true));
    fields = without(payload, Object.keys(extra));
  } else {
    const nested = own(payload, form.metadata.field);
    const isWhole = nested === undefined || nested === null || isMetadataObject(nested);
    extra = isWhole ? without(payload, [form.metadata.field]) : payload;
    fields = node === undefined ? fieldsOf(payload, form) : without(fieldsOf(payload, form), NODE_FIELDS);
  }
  extra = form.extras?.rewrite?.decode(extra) ?? extra;
  if (node !== undefined) fields = merged(fields, namedLikeNodeFields(node.content));
  const metadata = form.rewrite?.decode(fields) ?? fields;
  const ownMetadata =
    form.nodes?.same !== undefined && node !== undefined
      ? valuesBack(metadata, node.content, form.nodes.same)
      : metadata;
  const full = node === undefined ? undefined : { ...node, content: putText(node.content, text ?? '', node.type) };
  return {
    id,
    ...(text !== undefined && { text }),
    metadata: ownMetadata,
    vectors: stored.vectors,
    ...((scope ?? namespace) !== undefined && { scope: scope ?? namespace }),
    ...(source !== undefined && { source }),
    ...(full !== undefined && { node: full }),
    ...(Object.keys(extra).length > 0 && { extra }),
    ...(stored.uri !== undefined && { uri: stored.uri }),
  };
}

/** Adapters call a field otherwise where metadata has an entry of its name, which stays what it is. */
function idFieldIn(payload: Metadata, key: string): string {
  const beside = keyBeside(key, (name) => name === key);
  return Object.hasOwn(payload, beside) ? beside : key;
}

/** Where the metadata is, and the node with it. */
function fieldsOf(payload: Metadata, { metadata }: Form): Metadata {
  if (metadata === 'root') return payload;
  const nested = own(payload, metadata.field);
  return nested !== undefined && isMetadataObject(nested) ? nested : {};
}

/** What an application calls as LlamaIndex calls fields of its own is inside the node alone. */
function namedLikeNodeFields(content: string): Metadata {
  const inside = metadataInside(content) ?? {};
  return Object.fromEntries(Object.entries(inside).filter(([key]) => NODE_FIELDS.some((field) => field === key)));
}

function readScope(
  stored: StoredRecord,
  form: Form,
  take: (key: string) => MetadataValue | undefined,
): { scope?: string | undefined; namespace?: string | undefined } {
  const namespace = stored.namespace === form.namespace ? undefined : stored.namespace;
  const rule = form.scope;
  if (rule === undefined || rule.or !== undefined) return { namespace };
  const value = typeof own(stored.payload, rule.field) === 'string' ? take(rule.field) : undefined;
  if (typeof value !== 'string' || value === rule.otherwise || value === '') return { namespace };
  const { prefix = '' } = rule;
  return { scope: value.startsWith(prefix) ? value.slice(prefix.length) : value, namespace };
}

function readNode(payload: Metadata, form: Form): { node?: AppNode; source?: string; text?: string } {
  const content = own(payload, '_node_content');
  if (form.nodes === undefined || !isNodeContent(content)) return {};
  const type = own(payload, '_node_type');
  const source = ['ref_doc_id', 'doc_id', 'document_id'].map((key) => own(payload, key)).find((id) => id !== undefined);
  const text = textInside(content);
  return {
    node: { content, type: typeof type === 'string' ? type : 'TextNode' },
    ...(typeof source === 'string' && source !== NO_SOURCE && { source }),
    ...(form.nodes.text === 'inside' && text !== undefined && { text }),
  };
}

/** A node that was built for an entry without one says nothing that the entry does not. */
function isBuilt(node: AppNode, entry: AppDocument): boolean {
  const built = buildNode(entry, dialectOf(node.content));
  // The order of metadata may have changed on the way, and with it no more than the order.
  const alike = built.type === node.type && built.content.length === node.content.length;
  return alike && equalNodes(built.content, node.content);
}

/** LlamaIndex for Python keeps metadata inside its node too, and there as the application gave it. */
function valuesBack(metadata: Metadata, content: string, same: NonNullable<NodeRule['same']>): Metadata {
  const inside = metadataInside(content) ?? {};
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => {
      const original = own(inside, key);
      return [key, original !== undefined && same(value, original) ? original : value];
    }),
  );
}

function writeForm(document: AppDocument, form: Form): StoredRecord {
  const text = document.text ?? (form.textRequired === true ? '' : undefined);
  const given = withSourceOf(document, form);
  const rewritten = form.rewrite?.encode(given) ?? given;
  const metadata =
    form.nodes?.emptyForNull === true
      ? Object.fromEntries(Object.entries(rewritten).map(([key, value]) => [key, value ?? '']))
      : rewritten;
  const { id, fields: idFields } = form.id?.encode(document) ?? { id: document.id, fields: undefined };
  const scope = scopeField(document, form);
  const textField = form.text === undefined || form.text === 'document' ? undefined : form.text.field;
  const extra = form.extras?.rewrite?.encode(document.extra ?? {}) ?? document.extra ?? {};
  const nodes = nodeFields(document, form);
  const payload =
    form.metadata === 'root'
      ? merged(
          metadata,
          Object.fromEntries(Object.entries(extra).filter(([key]) => form.extras?.names.includes(key) === true)),
          form.constants === undefined ? undefined : without(form.constants, Object.keys(extra)),
        )
      : merged(extra, form.constants === undefined ? undefined : without(form.constants, Object.keys(extra)), {
          [form.metadata.field]: merged(metadata, nodes),
        });
  return {
    id,
    ...(form.namespace !== undefined && { namespace: form.namespace }),
    vectors: document.vectors,
    payload: merged(
      payload,
      form.metadata === 'root' ? nodes : undefined,
      textField === undefined || text === undefined ? undefined : { [textField]: text },
      idFields,
      scope,
    ),
    ...((form.text === 'document' || form.mirror === true) && text !== undefined && { document: text }),
    ...(document.uri !== undefined && { uri: document.uri }),
  };
}

/** The document that an entry is a chunk of, by which an application filters and deletes, where there is no node to say it. */
function withSourceOf({ metadata, source }: AppDocument, { nodes, drops }: Form): Metadata {
  const has = nodes !== undefined || drops?.node !== undefined || Object.hasOwn(metadata, SOURCE_FIELD);
  return source === undefined || has ? metadata : { ...metadata, [SOURCE_FIELD]: source };
}

function scopeField({ scope }: AppDocument, { scope: rule }: Form): Metadata | undefined {
  if (rule === undefined) return undefined;
  const value = scope === undefined ? rule.otherwise : `${rule.prefix ?? ''}${scope}`;
  return value === undefined ? undefined : { [rule.field]: value };
}

function nodeFields(document: AppDocument, { nodes }: Form): Metadata | undefined {
  if (nodes === undefined) return undefined;
  const { text = '', source = NO_SOURCE } = document;
  const kept = document.node !== undefined && dialectOf(document.node.content) === nodes.dialect;
  const node = kept && document.node !== undefined ? document.node : buildNode(document, nodes.dialect);
  return {
    _node_content: nodes.text === 'inside' ? putText(node.content, text, node.type) : blankText(node.content),
    _node_type: node.type,
    document_id: source,
    doc_id: source,
    ref_doc_id: source,
  };
}
