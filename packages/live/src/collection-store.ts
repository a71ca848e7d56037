import { Document, type DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { VectorStore } from '@langchain/core/vectorstores';
import { recordKey, VsmError, type Filter, type Metadata, type VectorRecord } from '@vsm/core';
import { documentIds, onlyIds, type AddOptions } from './langchain-ids.ts';
import type { LiveCollection } from './vsm.ts';

/** A collection of VSM as a vector store of LangChain: documents under their ids, with their text and their metadata. */
export class CollectionStore extends VectorStore {
  declare FilterType: Filter;
  readonly #collection: LiveCollection;

  constructor(embeddings: EmbeddingsInterface, collection: LiveCollection) {
    super(embeddings, {});
    this.#collection = collection;
  }

  _vectorstoreType(): string {
    return 'vsm';
  }

  async addDocuments(documents: DocumentInterface[], options?: AddOptions): Promise<string[]> {
    const vectors = await this.embeddings.embedDocuments(documents.map(({ pageContent }) => pageContent));
    return this.addVectors(vectors, documents, options);
  }

  /** @throws VsmError where a document is rejected; the others are written */
  async addVectors(vectors: number[][], documents: DocumentInterface[], options?: AddOptions): Promise<string[]> {
    const ids = documentIds(documents, options);
    const records = documents.map(({ pageContent, metadata }, at): VectorRecord => ({
      id: ids[at] ?? '',
      vectors: { '': vectors[at] ?? [] },
      metadata: metadata as Metadata,
      document: pageContent,
    }));
    if (records.length === 0) return [];
    const { rejected } = await this.#collection.upsert(records);
    const [first] = rejected;
    if (first === undefined) return ids;
    throw new VsmError(
      'REMOTE_FAILED',
      `"${this.#collection.name}" rejected ${rejected.length} of ${records.length} documents, first "${first.id}": ${first.detail}. The others are written.`,
    );
  }

  override async delete(params?: Readonly<Record<string, unknown>>): Promise<void> {
    const ids = onlyIds(params);
    if (ids.length > 0) await this.#collection.delete(ids);
  }

  async similaritySearchVectorWithScore(query: number[], k: number, filter?: Filter): Promise<[Document, number][]> {
    const matches = await this.#collection.query({ vector: query, topK: k, ...(filter !== undefined && { filter }) });
    const records = await this.#collection.fetch(matches.map(({ id }) => id));
    const found = new Map(records.map((record) => [recordKey(record), record]));
    return matches.flatMap((match): [Document, number][] => {
      const record = found.get(recordKey(match));
      // It was deleted since it was found.
      if (record === undefined) return [];
      const { id, document = '', metadata } = record;
      return [[new Document({ id, pageContent: document, metadata: { ...metadata } }), match.score]];
    });
  }
}
