import { isMetadataObject, own, parseJson, unfit, type Metadata, type MetadataValue } from '@vsm/core/adapter';

/** A document of LangChain: a text with metadata. */
export interface LangChainDocument {
  readonly text: string | undefined;
  readonly metadata: Metadata;
}

/** As JSON, in the words of JavaScript or of the in-memory stores. */
export function documentOf(value: MetadataValue): LangChainDocument {
  if (!isMetadataObject(value)) return lostDocument('what stands for its document is no object');
  const text = own(value, 'pageContent') ?? own(value, 'content') ?? own(value, 'text') ?? undefined;
  const metadata = own(value, 'metadata') ?? {};
  if (text !== undefined && typeof text !== 'string') return lostDocument('what stands for its text is none');
  if (!isMetadataObject(metadata)) return lostDocument('what stands for its metadata is no object');
  return { text, metadata };
}

/** @throws never: what is no JSON has its record rejected */
export function parseDocument(text: string): LangChainDocument {
  try {
    return documentOf(parseJson(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return lostDocument(`its document is no JSON that others read: ${cause.message}`);
  }
}

/** Has its record rejected. */
export function lostDocument(reason: string): LangChainDocument {
  return { text: undefined, metadata: { '(document)': unfit(reason) } };
}
