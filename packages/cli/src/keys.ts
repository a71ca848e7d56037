/** Variables of the environment that stores take their key or password from, as messages list them. */
export const STORE_KEYS: readonly string[] = [
  'CHROMA_API_KEY',
  'ELASTICSEARCH_API_KEY',
  'QDRANT_API_KEY',
  'PINECONE_API_KEY',
  'UPSTASH_VECTOR_REST_TOKEN',
  'TURBOPUFFER_API_KEY',
  'WEAVIATE_API_KEY',
  'MILVUS_API_KEY',
  'MONGODB_PASSWORD',
  'PGPASSWORD',
];
