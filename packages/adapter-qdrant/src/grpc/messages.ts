import { BinaryWriter, WireType, type BinaryReader } from '@bufbuild/protobuf/wire';
import type { MetadataValue, Vector, VectorRecord } from '@vsm/core/adapter';
import { toRecord, type PayloadNames, type PointPage } from '../mapping.ts';
import type { ShardKey } from '../schema.ts';
import { PageReader } from './page-reader.ts';
import { readEntry, readFew, writeEntry } from './payload.ts';
import { readVectors, writeVectors } from './vectors.ts';
import { readFields, readMessage } from './wire.ts';

// Field numbers as in https://github.com/qdrant/qdrant/blob/master/lib/api/src/grpc/proto/points.proto and collections.proto.

export interface ScrollMessage {
  readonly collection: string;
  readonly offset?: string | undefined;
  readonly limit: number;
  readonly payload: boolean;
  /** Whether what the answer holds is to be counted by `PointPage.count`. */
  readonly witness?: boolean | undefined;
  readonly slice?: { readonly total: number; readonly index: number } | undefined;
  readonly shard?: ShardKey | undefined;
}

/** `qdrant.ScrollPoints`, with vectors: without them there is nothing to gain. */
export function scrollMessage(request: ScrollMessage): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).string(request.collection);
  if (request.slice !== undefined) {
    // filter { must { slice { total index } } }
    writer.tag(2, WireType.LengthDelimited).fork();
    writer.tag(2, WireType.LengthDelimited).fork();
    writer.tag(8, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).uint32(request.slice.total);
    writer.tag(2, WireType.Varint).uint32(request.slice.index);
    writer.join().join().join();
  }
  if (request.offset !== undefined) writeId(writer, 3, request.offset);
  writer.tag(4, WireType.Varint).uint32(request.limit);
  writeSelector(writer, 6, request.payload);
  writeSelector(writer, 7, true);
  if (request.shard !== undefined) writeShard(writer, 9, request.shard);
  return writer.finish();
}

export interface GetMessage {
  readonly collection: string;
  readonly ids: readonly string[];
  readonly shard?: ShardKey | undefined;
}

/** `qdrant.GetPoints`, with everything the points have. */
export function getMessage({ collection, ids, shard }: GetMessage): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).string(collection);
  for (const id of ids) writeId(writer, 2, id);
  writeSelector(writer, 4, true);
  writeSelector(writer, 5, true);
  if (shard !== undefined) writeShard(writer, 7, shard);
  return writer.finish();
}

export interface UpsertStart {
  readonly collection: string;
  readonly insertOnly: boolean;
  readonly shard?: ShardKey | undefined;
}

/** `qdrant.UpsertPoints` without its points, which may follow in any number: the fields of a message have no order. */
export function upsertStart({ collection, insertOnly, shard }: UpsertStart): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).string(collection);
  writer.tag(2, WireType.Varint).bool(false);
  if (shard !== undefined) writeShard(writer, 5, shard);
  if (insertOnly) writer.tag(8, WireType.Varint).uint32(1);
  return writer.finish();
}

/** One of the `points` of `qdrant.UpsertPoints`. @throws NotBinary */
export function pointMessage(writer: BinaryWriter, record: VectorRecord, names: PayloadNames): Uint8Array {
  writer.tag(3, WireType.LengthDelimited).fork();
  writeId(writer, 1, record.id);
  writePayload(writer, record, names);
  writeVectors(writer, 4, record.vectors);
  return writer.join().finish();
}

/** What `payloadOf` gives, without a copy of all of it. */
function writePayload(
  writer: BinaryWriter,
  { metadata, document }: VectorRecord,
  { documentKey, shardKeyField }: PayloadNames,
): void {
  const text = documentKey === false ? undefined : document;
  for (const key of Object.keys(metadata)) {
    // own key: it is one of the record's
    if (key !== shardKeyField && (key !== documentKey || text === undefined))
      writeEntry(writer, 3, key, metadata[key] as MetadataValue);
  }
  if (text !== undefined && documentKey !== false) writeEntry(writer, 3, documentKey, text);
}

/** Of payloads or of vectors: all of them, or none. */
function writeSelector(writer: BinaryWriter, field: number, enabled: boolean): void {
  writer.tag(field, WireType.LengthDelimited).fork().tag(1, WireType.Varint).bool(enabled).join();
}

function writeId(writer: BinaryWriter, field: number, id: string): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  if (id.length === 36) writer.tag(2, WireType.LengthDelimited).string(id);
  else writer.tag(1, WireType.Varint).uint64(id);
  writer.join();
}

function writeShard(writer: BinaryWriter, field: number, key: ShardKey): void {
  writer.tag(field, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).fork();
  if (typeof key === 'string') writer.tag(1, WireType.LengthDelimited).string(key);
  else writer.tag(2, WireType.Varint).uint64(key);
  writer.join().join();
}

/** Reads `qdrant.ScrollResponse`. @throws NotBinary */
export function readScroll(bytes: Uint8Array, names: PayloadNames): PointPage {
  const reader = new PageReader(bytes);
  const records: VectorRecord[] = [];
  let next: string | null = null;
  readFields(reader, reader.len, (field) => {
    if (field === 1) next = readId(reader);
    else if (field === 2) records.push(readPoint(reader, names));
    else return false;
  });
  return { records, next };
}

/** Reads `qdrant.GetResponse`. @throws NotBinary */
export function readFound(bytes: Uint8Array, names: PayloadNames): VectorRecord[] {
  const reader = new PageReader(bytes);
  const records: VectorRecord[] = [];
  readFields(reader, reader.len, (field) => field === 1 && records.push(readPoint(reader, names)));
  return records;
}

function readPoint(reader: BinaryReader, names: PayloadNames): VectorRecord {
  let id = '';
  let vectors: Record<string, Vector> = {};
  let shardKey: MetadataValue = null;
  const payload: [string, MetadataValue][] = [];
  readMessage(reader, (field) => {
    if (field === 1) id = readId(reader);
    else if (field === 2) payload.push(readEntry(reader));
    else if (field === 4) vectors = readVectors(reader);
    else if (field === 5) shardKey = readShardKey(reader);
    else return false;
  });
  return toRecord({ id, vectors, payload, shardKey }, names);
}

function readId(reader: BinaryReader): string {
  let id = '';
  readMessage(reader, (field) => {
    if (field === 1) id = String(readFew(reader) ?? reader.uint64());
    else if (field === 2) id = reader.string();
    else return false;
  });
  return id;
}

function readShardKey(reader: BinaryReader): MetadataValue {
  let key: MetadataValue = null;
  readMessage(reader, (field) => {
    if (field === 1) key = reader.string();
    else if (field === 2) key = Number(reader.uint64());
    else return false;
  });
  return key;
}

/** `qdrant.CollectionClusterInfoRequest` */
export function clusterMessage(collection: string): Uint8Array {
  return new BinaryWriter().tag(1, WireType.LengthDelimited).string(collection).finish();
}

/** Ids of the servers that hold the shards of a collection, from `qdrant.CollectionClusterInfoResponse`. */
export function readPeers(bytes: Uint8Array): Set<string> {
  const reader = new PageReader(bytes);
  const peers = new Set<string>();
  const peer = (): unknown => peers.add(String(reader.uint64()));
  readFields(reader, reader.len, (field) => {
    if (field === 1) peer();
    else if (field === 4) readMessage(reader, (member) => member === 2 && peer());
    else return false;
  });
  return peers;
}
