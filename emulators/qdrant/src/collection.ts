import { setTimeout as delay } from 'node:timers/promises';
import type { CollectionConfig } from './config.ts';
import { compareIds, type PointId } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import { badRequest, notFound } from './problem.ts';
import type { StoredVector } from './vectors.ts';

export interface StoredPoint {
  readonly id: PointId;
  /** Number of the operation that wrote it. */
  readonly version: number;
  readonly payload: JsonObject;
  readonly payloadText: string;
  readonly vectors: Readonly<Record<string, StoredVector>>;
}

/** Points by id, and their ids in the order of the scroll. */
export class Shard {
  readonly key: Json;
  readonly points: Map<PointId, StoredPoint> = new Map();
  readonly order: PointId[] = [];
  constructor(key: Json) {
    this.key = key;
  }
  set(point: StoredPoint): void {
    if (!this.points.has(point.id)) {
      const last = this.order.at(-1);
      if (last === undefined || compareIds(last, point.id) < 0) this.order.push(point.id);
      else this.order.splice(this.firstAt(point.id), 0, point.id);
    }
    this.points.set(point.id, point);
  }
  delete(id: PointId): void {
    if (this.points.delete(id)) this.order.splice(this.firstAt(id), 1);
  }
  /** Position of the first id that is not before the given one. */
  firstAt(id: PointId): number {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(this.order[middle] ?? id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export type Outcome = 'completed' | 'acknowledged' | 'wait_timeout';
export interface WriteOptions {
  readonly wait: boolean;
  readonly timeoutMs?: number | undefined;
  readonly lagMs: number;
  /** How many operations it counts for. */
  readonly weight?: number;
}

export class Collection {
  readonly name: string;
  config: CollectionConfig;
  readonly indexes: Map<string, JsonObject> = new Map();
  readonly shards: Shard[];
  /** Operations that were accepted but not applied yet. */
  pending = 0;
  #operations = 0;
  #tail: Promise<void> = Promise.resolve();
  constructor(name: string, config: CollectionConfig) {
    this.name = name;
    this.config = config;
    this.shards = config.customShards ? [] : [new Shard(null)];
  }

  /** Runs a write in order, and `lagMs` after it came in unless the request waits. Without `wait` a failure is lost, as it is in the real server. */
  async write(
    apply: (operation: number) => void,
    options: WriteOptions,
  ): Promise<{ operation: number; outcome: Outcome }> {
    this.#operations += options.weight ?? 1;
    const operation = this.#operations;
    const lagMs = options.wait ? 0 : options.lagMs;
    if (lagMs === 0 && this.pending === 0) {
      if (options.wait) apply(operation);
      else attempt(() => apply(operation));
      return { operation, outcome: options.wait ? 'completed' : 'acknowledged' };
    }
    const due = Date.now() + lagMs;
    this.pending += 1;
    const before = this.#tail;
    const applied = (async () => {
      await before;
      await delay(Math.max(0, due - Date.now()), undefined, { ref: false });
      this.pending -= 1;
      apply(operation);
    })();
    this.#tail = applied.catch(() => undefined);
    if (!options.wait) return { operation, outcome: 'acknowledged' };
    if (options.timeoutMs === undefined) {
      await applied;
      return { operation, outcome: 'completed' };
    }
    const late = delay(options.timeoutMs, 'wait_timeout' as const, { ref: false });
    return { operation, outcome: await Promise.race([applied.then(() => 'completed' as const), late]) };
  }

  /** The shards that a request names, all of them where it names none. */
  select(shardKey: Json | undefined): readonly Shard[] {
    if (shardKey === undefined || shardKey === null) return this.shards;
    const keys = Array.isArray(shardKey) ? (shardKey as readonly Json[]) : [shardKey];
    return keys.map((key) => {
      const shard = this.shards.find((candidate) => candidate.key === key);
      if (shard === undefined) throw notFound(`Shard key ${JSON.stringify(key)} not found`);
      return shard;
    });
  }

  /** Where points go: a collection with custom shard keys takes none without a key. */
  target(shardKey: Json | undefined): readonly Shard[] {
    if (this.config.customShards && (shardKey === undefined || shardKey === null)) {
      throw badRequest('Shard key not specified');
    }
    return this.select(shardKey);
  }

  /** Points from `offset` on, by id. An id that lies in several shards comes once, as it does from the real server. */
  *ordered(shards: readonly Shard[], offset?: PointId): Generator<{ point: StoredPoint; shard: Shard }> {
    const heads = shards.map((shard) => ({ shard, at: offset === undefined ? 0 : shard.firstAt(offset) }));
    for (let last: PointId | undefined; ;) {
      let best: (typeof heads)[number] | undefined;
      for (const head of heads) {
        const id = head.shard.order[head.at];
        if (id === undefined) continue;
        const bestId = best?.shard.order[best.at];
        if (bestId === undefined || compareIds(id, bestId) < 0) best = head;
      }
      if (best === undefined) return;
      const id = best.shard.order[best.at];
      best.at += 1;
      const point = id === undefined || id === last ? undefined : best.shard.points.get(id);
      last = id;
      if (point !== undefined) yield { point, shard: best.shard };
    }
  }
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The client asked not to hear about it.
  }
}
