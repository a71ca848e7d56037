import type { Metadata, MetadataValue } from '@vsm/core/adapter';

export type Body = Readonly<Record<string, MetadataValue>>;
type SimilarityFunction = 'COSINE' | 'EUCLIDEAN' | 'DOT_PRODUCT';

export interface Sparse {
  readonly indices: readonly number[];
  readonly values: Float32Array;
}

export interface StoredVector {
  readonly id: string;
  readonly vector: Float32Array | undefined;
  readonly sparse: Sparse | undefined;
  readonly metadata: Metadata | undefined;
  readonly data: string | undefined;
}

type Change = (vectors: Map<string, StoredVector>) => void;

/** Vectors in the order in which they came. Writes show after a while, which `pendingVectorCount` tells of. */
export class Namespace {
  readonly #vectors = new Map<string, StoredVector>();
  #pending: { readonly at: number; readonly count: number; readonly change: Change }[] = [];
  readonly #lagMs: () => number;

  constructor(lagMs: () => number) {
    this.#lagMs = lagMs;
  }

  write(count: number, change: Change): void {
    this.#pending.push({ at: performance.now() + this.#lagMs(), count, change });
  }

  vectors(): ReadonlyMap<string, StoredVector> {
    const now = performance.now();
    for (const { at, change } of this.#pending) if (at <= now) change(this.#vectors);
    this.#pending = this.#pending.filter(({ at }) => at > now);
    return this.#vectors;
  }

  pending(): number {
    this.vectors();
    return this.#pending.reduce((total, { count }) => total + count, 0);
  }
}

export interface IndexState {
  readonly id: string;
  readonly name: string;
  readonly kind: 'DENSE' | 'SPARSE' | 'HYBRID';
  readonly dimension: number;
  readonly similarity: SimilarityFunction;
  readonly token: string;
  readonly namespaces: Map<string, Namespace>;
}

export interface State {
  /** By name. */
  readonly indexes: Map<string, IndexState>;
  readonly lagMs: () => number;
  readonly newToken: () => string;
  readonly endpointOf: (name: string) => string;
}
