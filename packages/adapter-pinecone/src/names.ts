/** Ids and namespaces are ASCII in Pinecone. Others are written percent-encoded behind this mark. */
export const MARK = '__vsm:';
const DEFAULT_NAMESPACE = '__default__';

/** The id as Pinecone takes it, up to its limit of 512 characters. The text must be well-formed. */
export function toWireName(name: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/^[\x01-\x7f]*$/.test(name) && !name.startsWith(MARK)) return name;
  return MARK + encode(name);
}

/** The inverse of {@link toWireName}. */
export function fromWireName(name: string): string {
  if (!name.startsWith(MARK)) return name;
  try {
    return decodeURIComponent(name.slice(MARK.length));
  } catch (error) {
    // Somebody else's name that happens to look like one of ours.
    if (error instanceof URIError) return name;
    throw error;
  }
}

export function toWireNamespace(namespace: string | undefined): string {
  if (namespace === undefined || namespace === '') return DEFAULT_NAMESPACE;
  return namespace === DEFAULT_NAMESPACE ? MARK + namespace : toWireName(namespace);
}

/** `''` for the default namespace, which the service calls by either name. */
export function fromWireNamespace(namespace: string): string {
  return namespace === DEFAULT_NAMESPACE ? '' : fromWireName(namespace);
}

/** Only what has to be encoded is, so that names stay readable and prefixes stay prefixes. */
function encode(name: string): string {
  return name.replaceAll(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent);
}
