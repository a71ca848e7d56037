import { isMetadataObject, own, parseJson, unfit, type Metadata } from '@vsm/core/adapter';
import { entriesAt } from '../entries-at.ts';

/** A node of LlamaIndex as its vector stores keep one: its text, and metadata with the whole node as JSON. */
export interface LlamaNode {
  readonly document: string | undefined;
  readonly metadata: Metadata;
}

/** What LlamaIndex writes for a node that is a chunk of nothing. */
const NO_SOURCE = 'None';
/** Types as TypeScript spells them, and the classes that they are. */
const CLASSES: Readonly<Record<string, string>> = {
  TEXT: 'TextNode',
  IMAGE: 'ImageNode',
  INDEX: 'IndexNode',
  DOCUMENT: 'Document',
};

/**
 * Reads an entry of the document store: `{"__data__": …, "__type__": …}`, where the data is the node (Python) or its JSON (TypeScript).
 * @throws SyntaxError where it is none
 */
export function readNode(entry: string): LlamaNode {
  const parsed = parseJson(entry);
  const data = isMetadataObject(parsed) ? own(parsed, '__data__') : undefined;
  const content = typeof data === 'string' ? data : dataText(entry);
  const node = typeof data === 'string' ? parseJson(data) : data;
  if (node === undefined || !isMetadataObject(node)) throw new SyntaxError('it has no node in "__data__"');
  const source = sourceOf(node);
  return {
    document: textOf(node),
    metadata: {
      ...entriesAt(node, 'metadata'),
      _node_content: content,
      _node_type: classOf(node),
      document_id: source,
      doc_id: source,
      ref_doc_id: source,
    },
  };
}

/** Metadata that has its record rejected. */
export function lostNode(reason: string): Metadata {
  return { '(node)': unfit(reason) };
}

/** The node as it was written, not as it would be printed again. */
function dataText(entry: string): string {
  const key = '"__data__"';
  const from = entry.indexOf('{', entry.indexOf(key) + key.length);
  let depth = 0;
  for (let at = from; at < entry.length; at += 1) {
    const letter = entry[at];
    if (letter === '"') at = endOfString(entry, at);
    else if (letter === '{' || letter === '[') depth += 1;
    else if (letter === '}' || letter === ']') {
      depth -= 1;
      if (depth === 0) return entry.slice(from, at + 1);
    }
  }
  throw new SyntaxError('its "__data__" does not end');
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
}

function textOf(node: Metadata): string | undefined {
  const resource = entriesAt(node, 'text_resource');
  const text = own(node, 'text') ?? own(resource, 'text');
  return typeof text === 'string' ? text : undefined;
}

function classOf(node: Metadata): string {
  const name = own(node, 'class_name') ?? own(node, 'type');
  return typeof name === 'string' ? (own(CLASSES, name) ?? name) : 'TextNode';
}

/** Python numbers the kinds of relationships, TypeScript names them. */
function sourceOf(node: Metadata): string {
  const relationships = entriesAt(node, 'relationships');
  const source = entriesAt(relationships, '1');
  const id = own(source, 'node_id') ?? own(entriesAt(relationships, 'SOURCE'), 'nodeId');
  return typeof id === 'string' ? id : NO_SOURCE;
}
