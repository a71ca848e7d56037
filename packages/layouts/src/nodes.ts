import { parseJson, stringifyJson, type Metadata } from '@vsm/core/adapter';
import type { AppDocument, AppNode } from './document.ts';
import type { NodeDialect } from './form.ts';
import { memberText, withMember, withoutMember } from './json-members.ts';
import { inOrder } from './values.ts';

/**
 * The JSON text that LlamaIndex keeps of every node, which no store must read otherwise than it was written: it is changed only
 * where the text goes in or out.
 */
export const NODE_FIELDS = ['_node_content', '_node_type', 'document_id', 'doc_id', 'ref_doc_id'] as const;

/** The one of them by which LlamaIndex deletes. */
export const SOURCE_FIELD = 'ref_doc_id';

/** What both dialects write for a node that is a chunk of nothing. */
export const NO_SOURCE = 'None';

export function isNodeContent(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\s*\{/.test(value)) return false;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/** Python writes snake case, TypeScript camel case. */
export function dialectOf(content: string): NodeDialect {
  return /"(?:class_name|excluded_embed_metadata_keys|start_char_idx|metadata_template)"/.test(content)
    ? 'python'
    : 'typescript';
}

export function textInside(content: string): string | undefined {
  const own = readString(memberText(content, 'text'));
  const resource = memberText(content, 'text_resource');
  return resource?.startsWith('{') === true && (own === undefined || own === '')
    ? (readString(memberText(resource, 'text')) ?? own)
    : own;
}

function readString(text: string | undefined): string | undefined {
  return text?.startsWith('"') === true ? (JSON.parse(text) as string) : undefined;
}

/** With the text in it, where a node of its kind has it. */
export function putText(content: string, text: string, type: string): string {
  const value = JSON.stringify(text);
  const resource = memberText(content, 'text_resource');
  if (resource?.startsWith('{') === true) {
    return withMember(content, 'text_resource', withMember(resource, 'text', value));
  }
  // Python takes the resource away when it blanks the text of the newer kinds, and leaves an empty text in the older ones.
  const newer = dialectOf(content) === 'python' && memberText(content, 'text') === undefined && type !== 'TextNode';
  return newer ? withMember(content, 'text_resource', `{"text": ${value}}`) : withMember(content, 'text', value);
}

/** With an empty text, as both dialects write it where the text has a place of its own. */
export function blankText(content: string): string {
  const blank = memberText(content, 'text') === undefined ? content : withMember(content, 'text', '""');
  return dialectOf(content) === 'python' ? withoutMember(blank, 'text_resource') : withMember(blank, 'text', '""');
}

/** The node of an entry that has none, or one of the other language: what every framework keeps, and nothing else. */
export function buildNode(
  { id, text, metadata: given, source }: Pick<AppDocument, 'id' | 'text' | 'metadata' | 'source'>,
  dialect: NodeDialect,
): AppNode {
  const metadata = inOrder(given);
  const node =
    dialect === 'python'
      ? {
          id_: id,
          embedding: null,
          metadata,
          excluded_embed_metadata_keys: [],
          excluded_llm_metadata_keys: [],
          relationships: source === undefined ? {} : { '1': pythonSource(source) },
          metadata_template: '{key}: {value}',
          metadata_separator: '\n',
          text: '',
          mimetype: 'text/plain',
          start_char_idx: null,
          end_char_idx: null,
          text_template: '{metadata_str}\n\n{content}',
          class_name: 'TextNode',
        }
      : {
          id_: id,
          excludedEmbedMetadataKeys: [],
          excludedLlmMetadataKeys: [],
          relationships: source === undefined ? {} : { SOURCE: { nodeId: source, metadata: {} } },
          text: '',
          textTemplate: '',
          metadataSeparator: '\n',
          type: 'TEXT',
        };
  const type = 'TextNode';
  return { content: putText(stringifyJson(node), text ?? '', type), type };
}

function pythonSource(id: string): Metadata {
  return { node_id: id, node_type: '4', metadata: {}, hash: null, class_name: 'RelatedNodeInfo' };
}

/** Whether two nodes say the same, whatever the order and spelling; what is null might as well be missing. */
export function equalNodes(left: string, right: string): boolean {
  return left === right || canonical(left) === canonical(right);
}

function canonical(text: string): string {
  try {
    return withSortedKeys(text);
  } catch (error) {
    // Nested too deep to be looked into: the same is what is spelled the same.
    if (error instanceof RangeError) return text;
    throw error;
  }
}

function withSortedKeys(text: string): string {
  return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, item]) => item !== null)
            .toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : value,
  );
}

/** The metadata that a Python node keeps a second time, inside. */
export function metadataInside(content: string): Metadata | undefined {
  const text = memberText(content, 'metadata');
  return text?.startsWith('{') === true ? (parseJson(text) as Metadata) : undefined;
}
