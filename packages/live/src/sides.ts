import { ValidationError, VsmError } from '@vsm/core';
import type { Live, LiveId } from './live.ts';
import type { Side } from './model.ts';
import { once } from './once.ts';
import type { ReadActions } from './read.ts';
import type { SendGuard, WriteActions } from './actions.ts';

/** How a client of a vendor takes part in a move. */
export interface JournaledOptions<Client> {
  /** The store of the move that the client reaches. @default 'source' */
  readonly side?: Side | undefined;
  /**
   * A client of the other store, where that is one of the same kind: calls go to the store that serves. It is asked for when it is needed
   * first, for the copy may have to make the collection. Without it, a write fails while the other store takes writes, and reads are
   * those of the client.
   */
  readonly other?: (() => Client | Promise<Client>) | undefined;
}

/** The collection of a move by its name, or by its names in both stores. */
export type CollectionNames = string | Readonly<Record<Side, string>>;

export function nameIn(names: CollectionNames, side: Side): string {
  return typeof names === 'string' ? names : names[side];
}

export interface SidesOptions<Client> extends JournaledOptions<Client> {
  readonly live: Live;
  readonly client: Client;
  readonly retries?: WriteActions<unknown>['retries'];
  /** Whether the client of the target takes the names of the source. @default only where both are the same */
  readonly bySourceName?: boolean | undefined;
}

/** How a call is made in the store that it goes to. */
type Send<Client, Result> = (client: Client, side: Side) => Promise<Result>;

/** One or two clients of a kind, as the stores of a move. */
export class Sides<Client> {
  readonly #options: SidesOptions<Client>;
  readonly #side: Side;
  readonly #other: () => Promise<Client>;
  readonly #checked: () => Promise<void>;

  constructor(options: SidesOptions<Client>) {
    const { side = 'source', other, live } = options;
    this.#options = options;
    this.#side = side;
    this.#other = once(async () => {
      if (other === undefined) throw elsewhere(live, side === 'source' ? 'target' : 'source');
      return other();
    });
    this.#checked = once(() => this.#checkNames());
  }

  /** Marks the records, and sends to the store that takes writes. */
  async write<Result>(ids: readonly LiveId[], send: Send<Client, Result>): Promise<Result> {
    const { client, side } = await this.serving();
    // What names no record touches none.
    if (ids.length === 0) return send(client, side);
    const { live, retries } = this.#options;
    const sendTo = (to: Side) => async (guard: SendGuard) => {
      const found = await this.#client(to);
      guard();
      return send(found, to);
    };
    return live.write(ids, { source: sendTo('source'), target: sendTo('target'), retries });
  }

  /** @param ids of an answer, best first, where answers of both stores can be compared */
  read<Result>(send: Send<Client, Result>, ids?: ReadActions<Result>['ids']): Promise<Result> {
    const { live, client, other } = this.#options;
    if (other === undefined) return send(client, this.#side);
    const from = (side: Side) => async () => send(await this.#client(side), side);
    return live.read({ source: from('source'), target: from('target'), ids });
  }

  /** The client of the store that takes writes: whoever asks which records a write will touch asks there. */
  async serving(): Promise<{ readonly client: Client; readonly side: Side }> {
    await this.#checked();
    const side = await this.#options.live.serving();
    return { client: await this.#client(side), side };
  }

  #client(side: Side): Client | Promise<Client> {
    return side === this.#side ? this.#options.client : this.#other();
  }

  /** Marks carry names of the source. */
  async #checkNames(): Promise<void> {
    const { live, other, bySourceName } = this.#options;
    if (bySourceName === true || (this.#side === 'source' && other === undefined)) return;
    const { plan } = await live.journal.header();
    if (plan.namespacePolicy === 'keep' && plan.encodings.ids === undefined) return;
    throw new ValidationError(
      `The target of the move "${live.journal.move}" has records by other ids than the source, so that a client of it cannot mark what it writes. Write by liveCollection or live.write there.`,
    );
  }
}

function elsewhere({ journal }: Live, side: Side): VsmError {
  return new VsmError(
    'ABORTED',
    `The write was not sent: the ${side} of the move "${journal.move}" takes writes now, and this client is one of the other store. Write with a client of the ${side}, or give the wrapper one as \`other\`.`,
  );
}
