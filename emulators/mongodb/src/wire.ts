/** Frames of the protocol: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/. */
import { own } from '@vsm/core/adapter';
import { deserialize, Long, onDemand, serialize, type Document } from 'bson';

const [OP_REPLY, OP_QUERY, OP_MSG] = [1, 2004, 2013];

/** A command, with its documents as the bytes that came. */
export interface Command {
  readonly body: Document;
  /** Lists of documents, by field: `documents`, `updates`, `deletes`. */
  readonly lists: ReadonlyMap<string, readonly Buffer[]>;
}

/** Cuts what arrives into messages. */
export class Messages {
  #left: Buffer = Buffer.alloc(0);

  *take(chunk: Buffer): Generator<Buffer> {
    this.#left = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    while (this.#left.length >= 4 && this.#left.length >= this.#left.readInt32LE(0)) {
      const length = this.#left.readInt32LE(0);
      yield this.#left.subarray(0, length);
      this.#left = this.#left.subarray(length);
    }
  }
}

/** Types of numbers are kept: those of a command are read as objects. */
export function readDocument(bytes: Uint8Array): Document {
  return deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true });
}

/** A field that a command names, which may be called as what every object has. */
export function fieldOf(document: unknown, name: string): unknown {
  return Object(document) === document ? own(document as Readonly<Record<string, unknown>>, name) : undefined;
}

export function readCommand(message: Buffer): Command {
  const lists = new Map<string, readonly Buffer[]>();
  if (message.readInt32LE(12) === OP_QUERY) {
    // Flags, the name of a collection, how many to skip and to return; drivers greet so.
    const end = message.indexOf(0, 20);
    return { body: readDocument(message.subarray(end + 9)), lists };
  }
  let body: Document = {};
  for (let at = 20; at < message.length;) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    if (kind === 0) {
      const bytes = message.subarray(at + 1, at + 1 + size);
      body = readDocument(bytes);
      for (const [name, inner] of fieldsOf(bytes))
        if (inner.type === 4)
          lists.set(
            name,
            fieldsOf(inner.bytes).map(([, one]) => one.bytes),
          );
    } else {
      const end = message.indexOf(0, at + 5);
      const documents: Buffer[] = [];
      for (let from = end + 1; from < at + 1 + size; from += message.readInt32LE(from))
        documents.push(message.subarray(from, from + message.readInt32LE(from)));
      lists.set(message.toString('utf8', at + 5, end), documents);
    }
    at += 1 + size;
  }
  return { body, lists };
}

/** The fields of a document, each with the bytes of its value. */
export function fieldsOf(
  bytes: Uint8Array,
): [name: string, value: { readonly type: number; readonly bytes: Buffer }][] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [...onDemand.parseToElements(bytes)].map(([type, nameFrom, nameLength, from, length]) => [
    buffer.toString('utf8', nameFrom, nameFrom + nameLength),
    { type, bytes: buffer.subarray(from, from + length) },
  ]);
}

/** The value of one field, without looking at the others. */
export function readField(bytes: Uint8Array, field: string): unknown {
  const found = fieldsOf(bytes).find(([name]) => name === field)?.[1];
  return found === undefined ? undefined : readDocument(documentOf([['v', found.type, found.bytes]]))['v'];
}

/** A document of fields whose bytes are given. */
export function documentOf(fields: readonly (readonly [name: string, type: number, bytes: Uint8Array])[]): Buffer {
  const parts = fields.flatMap(([name, type, bytes]) => [Buffer.from([type]), Buffer.from(`${name}\0`), bytes]);
  const size = 5 + parts.reduce((total, { length }) => total + length, 0);
  const head = Buffer.alloc(4);
  head.writeInt32LE(size);
  return Buffer.concat([head, ...parts, Buffer.from([0])], size);
}

/** Documents as they lie there, in the reply that a cursor gives. */
export function cursorReply(documents: readonly Uint8Array[], namespace: string, field: string, id = 0n): Buffer {
  const batch = documentOf(documents.map((bytes, at) => [String(at), 3, bytes]));
  const rest = fieldsOf(serialize({ id: Long.fromBigInt(id), ns: namespace }));
  const cursor = documentOf([
    [field, 4, batch],
    ...rest.map(([name, { type, bytes }]) => [name, type, bytes] as const),
  ]);
  const ok = Buffer.alloc(8);
  ok.writeDoubleLE(1);
  return documentOf([
    ['cursor', 3, cursor],
    ['ok', 1, ok],
  ]);
}

/** The frame of an answer, as the question was framed. */
export function frame(reply: Uint8Array, question: Buffer): Buffer {
  const isQuery = question.readInt32LE(12) === OP_QUERY;
  const inner = isQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (isQuery) inner.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + inner.length + reply.length, 0);
  header.writeInt32LE(question.readInt32LE(4), 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, inner, reply]);
}
