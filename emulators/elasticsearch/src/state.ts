import { own, setOwn } from '@vsm/core/adapter';
import { createHash, randomUUID } from 'node:crypto';
import { Problem } from './problem.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Object_ = { readonly [key: string]: Json };

/** A member that is text, or nothing. */
export const textAt = (object: Object_, key: string): string | undefined => {
  const value = own(object, key);
  return typeof value === 'string' ? value : undefined;
};

export interface Document {
  readonly id: string;
  /** As it was sent. */
  readonly source: string;
  readonly shard: number;
  readonly seq: number;
}

export class Index {
  readonly name: string;
  readonly uuid: string = randomUUID();
  readonly settings: Record<string, Json>;
  readonly properties: Record<string, Object_>;
  readonly mappings: Object_;
  readonly shards: number;
  readonly documents = new Map<string, Document>();
  /** What searches see. */
  visible: readonly Document[] = [];
  readonly #next: number[];

  constructor(name: string, body: Object_) {
    this.name = name;
    const { settings = {}, mappings = {} } = body as Readonly<Record<string, Object_>>;
    const flat = (settings['index'] ?? settings) as Object_;
    this.settings = { number_of_shards: '1', number_of_replicas: '1', ...flat, provided_name: name, uuid: this.uuid };
    for (const [key, value] of Object.entries(this.settings)) {
      if (typeof value === 'number' || typeof value === 'boolean') setOwn(this.settings, key, String(value));
    }
    this.mappings = mappings;
    this.properties = { ...(mappings['properties'] as Record<string, Object_> | undefined) };
    this.shards = Number(this.settings['number_of_shards']);
    this.#next = Array.from({ length: this.shards }, () => 0);
  }

  put(id: string, source: string): Document {
    const shard = (createHash('md5').update(id).digest()[0] as number) % this.shards;
    const document = { id, source, shard, seq: this.#number(shard) };
    this.documents.set(id, document);
    return document;
  }

  remove(id: string): boolean {
    const found = this.documents.get(id);
    if (found !== undefined) this.#number(found.shard);
    return this.documents.delete(id);
  }

  refresh(): void {
    this.visible = [...this.documents.values()].toSorted(
      (left, right) => left.shard - right.shard || left.seq - right.seq,
    );
  }

  #number(shard: number): number {
    const number = this.#next[shard] ?? 0;
    this.#next[shard] = number + 1;
    return number;
  }
}

export class State {
  readonly uuid: string = randomUUID();
  readonly indices = new Map<string, Index>();

  index(name: string): Index {
    const found = this.indices.get(name);
    if (found === undefined) throw new Problem(404, 'index_not_found_exception', `no such index [${name}]`);
    return found;
  }
}
