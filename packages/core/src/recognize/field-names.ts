// What the name of a field says of it, by the habits of those who name fields.
const VECTOR_NAME = /(^|[._\s-])(embeddings?|vectors?|vec|emb|values|dense|features?)([._\s-]|\d|$)/i;
const PLAIN_VECTOR_NAME = /(^|\.)(embeddings?|vectors?|vec|emb|values)(\.|$)|(^|[._\s-])embeddings?(\.|$)/i;
const CAMEL = /([a-z0-9])([A-Z])/g;
/** Objects of this name hold the metadata. */
const CONTAINERS = ['metadata', 'payload', 'metadata_', 'cmetadata', 'langchain_metadata', 'vmetadata', 'meta'];
/** Added to the name of a field where the metadata has an entry of that name. */
export const BESIDE = '__column';
export const ROLE_NAMES: Readonly<Record<'id' | 'document' | 'uri' | 'namespace', readonly string[]>> = {
  id: ['id', '_id'],
  document: ['document', 'text', 'content', 'page_content', 'pagecontent', 'chunk'],
  uri: ['uri'],
  namespace: ['namespace'],
};

/** Whether the name of a field says that it holds vectors. */
export function isVectorName(field: string): boolean {
  return VECTOR_NAME.test(field.replaceAll(CAMEL, '$1_$2'));
}

/** Whether it says so by itself, however short the list. */
export function isPlainVectorName(field: string): boolean {
  return PLAIN_VECTOR_NAME.test(field.replaceAll(CAMEL, '$1_$2'));
}

/** Whether an application calls its own ids so, beside a number that the database gives to the row. */
export function isIdName(field: string): boolean {
  return /(?:^|_)(?:id|uuid|key)$/i.test(field);
}

/** Whether an object of this name holds the metadata. */
export function isContainerName(field: string): boolean {
  return CONTAINERS.includes(field.toLowerCase());
}

/** The key of a field where the metadata may have an entry of the same name. */
export function keyBeside(field: string, isTaken: (key: string) => boolean): string {
  let key = field;
  while (isTaken(key)) key += BESIDE;
  return key;
}
