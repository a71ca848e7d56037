import { Document, type DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { VectorStore, type MaxMarginalRelevanceSearchOptions } from '@langchain/core/vectorstores';
import { ValidationError, VsmError } from '@vsm/core';
import { CollectionStore } from './collection-store.ts';
import { documentIds, onlyIds, type AddOptions } from './langchain-ids.ts';
import type { Live } from './live.ts';
import type { Side } from './model.ts';
import { Sides } from './sides.ts';
import type { LiveCollection } from './vsm.ts';
import type { WriteActions } from './actions.ts';

/** The vector stores of an application, before and after the move. */
export interface LangChainStores<Source extends VectorStore, Target extends VectorStore> {
  readonly source: Source;
  readonly target: Target;
  /** A filter of the source as the target takes it. @default the same, where both stores are of one class */
  filterInTarget?(filter: Source['FilterType']): Target['FilterType'];
  /** Whether the client within either store sends a request again by itself, as that of `PineconeStore` does. @default 'none' */
  readonly retries?: WriteActions<unknown>['retries'];
}

/** Two vector stores as one: what is added and deleted leaves marks, and searches go where the phase says. */
export function liveVectorStore<Source extends VectorStore, Target extends VectorStore>(
  live: Live,
  stores: LangChainStores<Source, Target>,
): LiveVectorStore<Source> {
  return new LiveVectorStore<Source>(live, stores);
}

/**
 * A collection of VSM as a vector store: any store that VSM has an adapter for, with documents in the form that VSM moves them, text and
 * metadata side by side.
 */
export function collectionStore(embeddings: EmbeddingsInterface, collection: LiveCollection): CollectionStore {
  return new CollectionStore(embeddings, collection);
}

export class LiveVectorStore<Source extends VectorStore = VectorStore> extends VectorStore {
  declare FilterType: Source['FilterType'];
  readonly #live: Live;
  readonly #stores: LangChainStores<VectorStore, VectorStore>;
  readonly #sides: Sides<VectorStore>;

  constructor(live: Live, stores: LangChainStores<VectorStore, VectorStore>) {
    const { source, target, retries } = stores;
    super(source.embeddings, {});
    this.#live = live;
    this.#stores = stores;
    const bySourceName = target instanceof CollectionStore;
    this.#sides = new Sides<VectorStore>({ live, client: source, other: () => target, bySourceName, retries });
    // A retriever asks whether there is one.
    if ([source, target].every(hasDiverseSearch)) {
      this.maxMarginalRelevanceSearch = (query, options, callbacks) => this.#diverse(query, options, callbacks);
    }
  }

  _vectorstoreType(): string {
    return 'vsm-live';
  }

  /** Texts are embedded once, before the write begins. */
  async addDocuments(documents: DocumentInterface[], options?: AddOptions): Promise<string[]> {
    const vectors = await this.embeddings.embedDocuments(documents.map(({ pageContent }) => pageContent));
    return this.addVectors(vectors, documents, options);
  }

  /** Ids that are not given are made before the write, for marks need them. */
  async addVectors(vectors: number[][], documents: DocumentInterface[], options?: AddOptions): Promise<string[]> {
    if (options?.['namespace'] !== undefined) {
      throw new ValidationError(
        'No documents were added: a live move of LangChain has one namespace, the default one.',
      );
    }
    const ids = documentIds(documents, options);
    if (ids.length === 0) return ids;
    const named = documents.map((document, at) => new Document({ ...document, id: ids[at] ?? '' }));
    const given = await this.#sides.write(ids, (store) => store.addVectors(vectors, named, { ...options, ids }));
    const others = Array.isArray(given) ? given.map(String).filter((id, at) => id !== ids[at]) : [];
    if (others.length === 0) return ids;
    await this.#live.touched(others);
    throw new VsmError(
      'UNSUPPORTED',
      `A store gave documents ids of its own, first "${others[0]}", so that they could be marked only after they were written. Use one that takes \`ids\`.`,
    );
  }

  /** By ids alone. @throws VsmError for filters and all else that selects documents */
  override async delete(params?: Readonly<Record<string, unknown>>): Promise<void> {
    const ids = onlyIds(params);
    if (ids.length > 0) await this.#sides.write(ids, (store) => store.delete({ ids }));
  }

  similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: this['FilterType'],
  ): Promise<[DocumentInterface, number][]> {
    return this.#sides.read(
      async (store, side) => store.similaritySearchVectorWithScore(query, k, this.#filterIn(side, filter)),
      (found) => found.map(([document]) => nameOf(document)),
    );
  }

  #diverse(
    query: string,
    options: MaxMarginalRelevanceSearchOptions<this['FilterType']>,
    callbacks: Parameters<NonNullable<VectorStore['maxMarginalRelevanceSearch']>>[2],
  ): Promise<DocumentInterface[]> {
    return this.#sides.read(
      async (store, side) => {
        const filter = this.#filterIn(side, options.filter);
        const asked = { ...options, ...(filter !== undefined && { filter }) };
        return (await store.maxMarginalRelevanceSearch?.(query, asked, callbacks)) ?? [];
      },
      (found) => found.map(nameOf),
    );
  }

  #filterIn(side: Side, filter: this['FilterType'] | undefined): VectorStore['FilterType'] | undefined {
    const { source, target } = this.#stores;
    if (side === 'source' || filter === undefined) return filter;
    if (this.#stores.filterInTarget !== undefined) return this.#stores.filterInTarget(filter);
    if (source.constructor === target.constructor) return filter;
    throw new ValidationError(
      `The filter of a search was not given to the ${target.constructor.name} store, for it is one of the ${source.constructor.name} store: say how it is written there by \`filterInTarget\`.`,
    );
  }
}

function hasDiverseSearch(store: VectorStore): boolean {
  return typeof store.maxMarginalRelevanceSearch === 'function';
}

/** Its text as well: a store that keeps documents in another form finds the right ones, and no text in them. */
function nameOf({ id = '', pageContent }: DocumentInterface): string {
  return `${id}\n${pageContent}`;
}
