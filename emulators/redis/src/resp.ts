/** What a server says, in the form of RESP2: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export type Reply = null | number | string | Buffer | Refusal | Simple | readonly Reply[];

/** An error, in the words of the server. */
export class Refusal {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A short text such as OK, which is not a string of bytes. */
export class Simple {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export const OK: Simple = new Simple('OK');

export function encode(reply: Reply): Buffer {
  if (reply === null) return Buffer.from('$-1\r\n');
  if (typeof reply === 'number') return Buffer.from(`:${reply}\r\n`);
  if (reply instanceof Refusal) return Buffer.from(`-${reply.message}\r\n`);
  if (reply instanceof Simple) return Buffer.from(`+${reply.text}\r\n`);
  if (typeof reply === 'string') return encode(Buffer.from(reply));
  if (Buffer.isBuffer(reply)) return Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(encode)]);
}

/** Cuts what comes in into commands: lists of strings of bytes. */
export class Commands {
  #rest: Buffer = Buffer.alloc(0);

  *take(chunk: Buffer): Generator<readonly Buffer[]> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const found = readCommand(this.#rest);
      if (found === undefined) return;
      this.#rest = this.#rest.subarray(found.end);
      yield found.words;
    }
  }
}

function readCommand(bytes: Buffer): { words: Buffer[]; end: number } | undefined {
  const header = readLine(bytes, 0);
  if (header === undefined) return undefined;
  const words: Buffer[] = [];
  let at = header.end;
  for (let left = Number(header.text.slice(1)); left > 0; left -= 1) {
    const length = readLine(bytes, at);
    if (length === undefined) return undefined;
    const end = length.end + Number(length.text.slice(1));
    if (bytes.length < end + 2) return undefined;
    words.push(Buffer.from(bytes.subarray(length.end, end)));
    at = end + 2;
  }
  return { words, end: at };
}

function readLine(bytes: Buffer, at: number): { text: string; end: number } | undefined {
  const end = bytes.indexOf('\r\n', at);
  return end === -1 ? undefined : { text: bytes.toString('latin1', at, end), end: end + 2 };
}
