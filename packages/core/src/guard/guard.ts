import { didYouMean } from '../suggest.ts';
import { CollectionNotFoundError, UnsupportedError, VsmError } from '../errors.ts';
import { own } from '../spec/record.ts';
import type { CallOptions, Capabilities, CollectionSchema, VectorSchema, VectorStoreV1 } from '../spec/v1.ts';
import { guardCollection } from './guard-collection.ts';
import { ifThere } from '../store/if-there.ts';
import { nameProblem } from './metadata-check.ts';
import { spellingOf } from './spelling.ts';
import { finishWithin } from './within.ts';
import { wrapStore } from '../store/wrap.ts';

/** How long an aborted call waits for what it is changing, in milliseconds: nobody likes to hear later that it came about after all. */
const WRITE_GRACE_MS = 4000;

/** A store that closes itself at the end of the block that it was made in: `await using store = createMemory()`. */
export type DisposableStore = VectorStoreV1 & AsyncDisposable;

export interface GuardOptions {
  /** Whether texts that the store could not write may still be read from it, as from JSON that others wrote. Default: false. */
  readonly readsAnyText?: boolean | undefined;
}

/**
 * Wraps an adapter with everything that core can do for all of them: argument checks, refusal of bad records before anything
 * is sent, batching to the store's limits, exact filter semantics, portable cursors, one error for a name that is not there and none
 * for dropping it, a closed state. Factories return this.
 */
export function guardStore(inner: VectorStoreV1, { readsAnyText = false }: GuardOptions = {}): DisposableStore {
  const { adapter, capabilities } = inner;
  let closed = false;
  const enter = (options?: CallOptions): void => {
    if (closed) throw new VsmError('CLOSED', `${adapter}: the store was closed`, { adapter });
    if (options?.signal?.aborted === true) {
      throw new VsmError('ABORTED', `${adapter}: aborted`, { adapter, cause: options.signal.reason });
    }
  };
  const writable = (): void => {
    if (capabilities.access === 'read-only') throw new UnsupportedError('access', `${adapter}: read only`, { adapter });
  };
  /** An embedded database opens for seconds, and does not hear the signal meanwhile. */
  const heeding = <Result>(work: Promise<Result>, options: CallOptions | undefined, graceMs = 0): Promise<Result> =>
    finishWithin(graceMs, work, options?.signal, `${adapter}: aborted`, adapter);
  const spellable = (name: string): void => {
    const problem = nameProblem(name, capabilities.metadata);
    if (problem !== undefined)
      throw new VsmError('INVALID_OPTIONS', `${adapter}: the collection name ${JSON.stringify(name)} ${problem}`, {
        adapter,
      });
  };
  let asked: Promise<Capabilities> | undefined;
  const effective = async (options?: CallOptions): Promise<Capabilities> => {
    asked ??= inner.effectiveCapabilities?.(options) ?? Promise.resolve(capabilities);
    try {
      return await heeding(asked, options);
    } catch (error) {
      // A server that did not answer now may do so next time.
      asked = undefined;
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await inner.close();
  };
  const checked = wrapStore(inner, {
    listCollections: (list) => async (options) => {
      enter(options);
      return heeding(list(options), options);
    },
    createCollection: (create) => async (schema, options) => {
      enter(options);
      writable();
      spellable(schema.name);
      checkSchema(schema, adapter, await effective(options));
      return heeding(create(schema, options), options, WRITE_GRACE_MS);
    },
    openCollection: (open) => async (name, options?: CallOptions & Unread) => {
      enter(options);
      spellable(name);
      const collection = await heeding(open(name, options), options).catch(async (cause: unknown) => {
        if (!isNotFound(cause) || options?.[UNREAD] === true) throw cause;
        const known = cause instanceof CollectionNotFoundError;
        throw await withHint(known ? cause : collectionNotFound(adapter, name, inner.location, cause), inner, options);
      });
      const facts = await effective(options);
      return guardCollection(collection, adapter, facts, enter, writable, spellingOf(adapter, facts, readsAnyText));
    },
    room: (tell) => async (schema, options) => {
      enter(options);
      return heeding(tell(schema, options), options);
    },
    dropCollection: (drop) => async (name, options) => {
      enter(options);
      writable();
      spellable(name);
      await heeding(
        ifThere(() => drop(name, options)),
        options,
        WRITE_GRACE_MS,
      );
    },
  });
  return {
    ...checked,
    async effectiveCapabilities(options) {
      enter(options);
      return effective(options);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * What `openCollection` of an adapter throws for a name that is not there. {@link guardStore} makes it of every `NOT_FOUND`, and says
 * which names are there.
 */
export function collectionNotFound(
  adapter: string,
  name: string,
  where: string,
  cause?: unknown,
): CollectionNotFoundError {
  return new CollectionNotFoundError(name, `${adapter}: there is no collection "${name}" in ${where}.`, {
    adapter,
    cause,
  });
}

function isNotFound(error: unknown): error is VsmError {
  return VsmError.isInstance(error) && error.code === 'NOT_FOUND';
}

const UNREAD: unique symbol = Symbol('vsm.unread');

interface Unread {
  readonly [UNREAD]?: true;
}

/**
 * Options of a call whose `NOT_FOUND` nobody will read. To find out which names there are instead, a store must be asked for all of
 * them, which is too much for each of thousands of collections that are about to be made.
 */
export function withoutHint(options: CallOptions): CallOptions & Unread {
  return { ...options, [UNREAD]: true };
}

/** Errors that name what is there: one guard may stand around another. */
const hinted = new WeakSet<CollectionNotFoundError>();

async function withHint(
  error: CollectionNotFoundError,
  store: VectorStoreV1,
  options: CallOptions | undefined,
): Promise<VsmError> {
  if (hinted.has(error)) return error;
  const { collection, message, adapter, cause } = error;
  const names = await store.listCollections(options).catch((refusal: unknown) => {
    // It is not the collection that is missing, but where it would be.
    if (isNotFound(refusal)) throw refusal;
    // Who may open a collection may not always list them all.
    return undefined;
  });
  // It is there, and something that it consists of is not: that is what the store said.
  if (names?.includes(collection) === true && isNotFound(cause)) return cause;
  const others = names?.length === 0 ? 'It has none.' : `It has: ${names?.slice(0, 10).join(', ')}.`;
  const hint = names === undefined ? '' : ` ${didYouMean(collection, names, others)}`;
  const told = new CollectionNotFoundError(collection, message + hint, { adapter, cause });
  hinted.add(told);
  return told;
}

function checkSchema(schema: CollectionSchema, adapter: string, capabilities: Capabilities): void {
  const refuse = (capability: keyof Capabilities, what: string): never => {
    throw new UnsupportedError(capability, `${adapter}: cannot create collection "${schema.name}": ${what}`, {
      adapter,
    });
  };
  const names = Object.keys(schema.vectors);
  // A sparse vector goes by any name: where it lies beside a dense one, that is no second place of the same kind.
  const named = names.filter((name) => name !== '' && own(schema.vectors, name)?.kind !== 'sparse');
  if (named.length > 0 && !capabilities.vectors.includes('named')) {
    refuse('vectors', `it has no named vectors, but got "${named.join('", "')}"`);
  }
  if (schema.namespaces === true && !capabilities.namespaces) refuse('namespaces', 'it has no namespaces');
  for (const name of names) {
    const vector = own(schema.vectors, name) as VectorSchema;
    if (vector.kind !== 'dense' && !capabilities.vectors.includes(vector.kind)) {
      refuse('vectors', `it has no ${vector.kind} vectors`);
    }
    const { dimension } = vector;
    const { dimension: limit } = capabilities.limits;
    if (dimension !== undefined && (!Number.isInteger(dimension) || dimension < 1)) {
      throw new VsmError('INVALID_OPTIONS', `${adapter}: a dimension must be a positive integer, but is ${dimension}`, {
        adapter,
      });
    }
    if (dimension !== undefined && limit !== undefined && dimension > limit) {
      refuse('limits', `${dimension} dimensions are over its limit of ${limit}`);
    }
    if (vector.kind === 'sparse') continue;
    if (vector.metric !== undefined && !capabilities.metrics.includes(vector.metric)) {
      refuse('metrics', `it has no metric "${vector.metric}", only ${capabilities.metrics.join(', ')}`);
    }
    if (vector.datatype !== undefined && !capabilities.datatypes.includes(vector.datatype)) {
      refuse('datatypes', `it has no datatype "${vector.datatype}"`);
    }
  }
}
