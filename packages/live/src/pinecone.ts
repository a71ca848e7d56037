import type { Index, RecordMetadata } from '@pinecone-database/pinecone';
import { ValidationError } from '@vsm/core';
import type { RecordName } from '@vsm/core/engine';
import { call, intercept, refusing } from './intercept.ts';
import type { Live } from './live.ts';
import { INDEX_METHODS, NAMES_NONE } from './pinecone-methods.ts';
import { Sides } from './sides.ts';

export interface PineconeJournaledOptions {
  /**
   * Whether the client sends a request again by itself, so that marks are kept until nothing of it can land any more. Default: as the
   * index is configured, by `maxRetries`, which is 3 in the client. A switch wants no marks: use 0.
   */
  readonly retries?: 'none' | 'client' | undefined;
}

/** As far as it matters here, what all writing methods take. */
interface Arguments {
  readonly records?: readonly { readonly id?: string; readonly _id?: string }[] | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly id?: string | undefined;
  readonly filter?: object | undefined;
  readonly namespace?: string | undefined;
}

const TITLE = 'Index';
const DEFAULT_NAMESPACE = '__default__';
/** What the adapter begins ids and namespaces with that Pinecone does not take as they are. */
const ENCODED = '__vsm:';

/**
 * The same index, as the target of a move: its writes leave marks once it is switched, so that there is a way back. A source it cannot be,
 * for its scans may miss records while others are written. Namespaces are said with every request.
 */
export function journaled<Metadata extends RecordMetadata>(
  index: Index<Metadata>,
  live: Live,
  options: PineconeJournaledOptions = {},
): Index<Metadata> {
  const { retries = configured(index, 'config', 'maxRetries') === 0 ? 'none' : 'client' } = options;
  const sides = new Sides({ live, client: index, side: 'target', retries });
  return inNamespace(index, sides, namespaceOf(index));
}

function inNamespace<Metadata extends RecordMetadata>(
  index: Index<Metadata>,
  sides: Sides<Index<Metadata>>,
  own: string,
): Index<Metadata> {
  return intercept(index, TITLE, INDEX_METHODS, (method, kind) => {
    if (typeof kind === 'object') return refusing(TITLE, method, kind);
    if (kind === 'gives') return (name) => inNamespace(index, sides, String(name));
    return async (asked) => {
      const given = (asked ?? {}) as Arguments;
      const ids = idsOf(given);
      if (ids === undefined) return refusing(TITLE, method, NAMES_NONE)();
      const namespace = given.namespace ?? own;
      const names = ids.map((id) => nameOf(id, namespace));
      return sides.write(names, (to) => call(to, method, [{ ...given, namespace }]));
    };
  });
}

/** `undefined` where others may be meant than are named. */
function idsOf({ records, ids, id, filter }: Arguments): readonly string[] | undefined {
  if (filter !== undefined) return undefined;
  if (id !== undefined) return [id];
  const named = ids ?? records?.map(({ _id: own, id: given }) => own ?? given);
  return named?.every((one) => one !== undefined) ? named : undefined;
}

/** A record as the source of the move calls it. */
function nameOf(id: string, namespace: string): RecordName {
  for (const name of [id, namespace]) {
    if (!name.startsWith(ENCODED)) continue;
    throw new ValidationError(
      `The record "${id}" in "${namespace}" is called otherwise in the source of the move: write it by liveCollection.`,
    );
  }
  return namespace === '' || namespace === DEFAULT_NAMESPACE ? { id } : { id, namespace };
}

/** The one that the index was opened with, of which its types do not tell. */
function namespaceOf(index: object): string {
  const namespace = configured(index, 'target', 'namespace');
  if (typeof namespace === 'string') return namespace;
  throw new ValidationError(
    'This index does not tell its namespace, and marks need it: this version of @vsm/live knows version 9 of the client.',
  );
}

function configured(index: object, part: string, name: string): unknown {
  const found: unknown = Reflect.get(index, part);
  return typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
}
