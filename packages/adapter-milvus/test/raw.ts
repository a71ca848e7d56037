import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { VectorRecord } from '@vsm/core/adapter';

interface Reply {
  readonly number: number;
  readonly answer?: unknown;
  readonly problem?: string;
}

/** Calls of the vendor's client, past the adapter. */
export class RawClient {
  readonly #url: string;
  #child: ChildProcess | undefined;
  #calls = 0;
  readonly #waiting = new Map<number, (reply: Reply) => void>();

  constructor(url: string) {
    this.#url = url;
  }

  async call<Answer>(method: string, request: object = {}): Promise<Answer> {
    this.#child ??= fork(join(import.meta.dirname, 'sdk.mjs'), {
      execArgv: [],
      // Under the name that vitest gives it, it tells of every call.
      env: { ...process.env, NODE_ENV: 'production' },
    }).on('message', (reply: Reply) => this.#waiting.get(reply.number)?.(reply));
    this.#calls += 1;
    const number = this.#calls;
    const { answer, problem } = await new Promise<Reply>((resolve) => {
      this.#waiting.set(number, resolve);
      this.#child?.send({ number, url: this.#url, method, request });
    });
    if (problem !== undefined) throw new Error(`${method}: ${problem}`);
    return answer as Answer;
  }

  async read(collection: string, id: string): Promise<VectorRecord | undefined> {
    const { data } = await this.call<{ readonly data: readonly RawRow[] }>('query', {
      collection_name: collection.replaceAll('-', '_x2d_'),
      filter: `id == "${id}" or id == "/${id}"`,
      output_fields: ['*'],
      limit: 1,
      consistency_level: 'Strong',
    });
    const [row] = data;
    if (row === undefined) return undefined;
    const { vector, metadata, document, vsm_absent: absent } = row;
    return { id, vectors: { '': vector }, metadata, ...(!absent.includes(',document,') && { document }) };
  }

  stop(): void {
    this.#child?.kill();
  }
}

interface RawRow {
  readonly vector: readonly number[];
  readonly metadata: VectorRecord['metadata'];
  readonly document: string;
  readonly vsm_absent: string;
}
