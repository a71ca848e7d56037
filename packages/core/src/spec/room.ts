/** How a store would keep a collection, as far as room depends on it, and what it has left. What it cannot tell, or not to this key, is absent. */
export interface StoreRoom {
  /** Links of a node in the graph over a dense vector (the m of HNSW); 0 where no graph is built. */
  readonly graphLinks?: number | undefined;
  /** Bits of each number of the copies that searches read, where vectors are quantized beside the exact ones. */
  readonly quantizedBits?: number | undefined;
  /** Whether exact vectors are in memory while they are searched, beside the graph and quantized ones. */
  readonly vectorsInMemory?: boolean | undefined;
  /** How often all of it is kept, the first one included. */
  readonly copies?: number | undefined;
  readonly freeMemoryBytes?: number | undefined;
  readonly freeDiskBytes?: number | undefined;
}
