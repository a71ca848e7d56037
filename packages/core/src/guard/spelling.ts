import { UnsupportedError, VsmError } from '../errors.ts';
import type { Askable } from '../filter/asking.ts';
import type { Capabilities } from '../spec/v1.ts';
import { nameProblem, textProblem } from './metadata-check.ts';

/**
 * What of a request a store can be sent. What it cannot hold, it must not be asked for either: on the way it becomes another text, which
 * another record may have, or an error that names nothing.
 */
export interface Spelling {
  /** @throws VsmError with code `INVALID_OPTIONS` naming the namespace, or UnsupportedError where there are none */
  readonly checkNamespace: (namespace: string | undefined) => void;
  /** Each once, without those that no record of the store can have. */
  readonly idsToAsk: (ids: readonly string[]) => string[];
  readonly filters: Askable;
}

/** `readsAnyText`: of a store that reads in this process what it could not have written. */
export function spellingOf(adapter: string, capabilities: Capabilities, readsAnyText: boolean): Spelling {
  const facts = readsAnyText ? { ...capabilities.metadata, nul: true, loneSurrogates: true } : capabilities.metadata;
  const spells = (text: string): boolean => textProblem(text, facts) === undefined;
  return {
    checkNamespace(namespace) {
      if (namespace === undefined || namespace === '') return;
      const shown = JSON.stringify(namespace);
      if (!capabilities.namespaces)
        throw new UnsupportedError('namespaces', `${adapter}: it has no namespaces, but got ${shown}`, { adapter });
      const problem = nameProblem(namespace, facts);
      if (problem !== undefined)
        throw new VsmError('INVALID_OPTIONS', `${adapter}: the namespace ${shown} ${problem}`, { adapter });
    },
    idsToAsk: (ids) => [...new Set(ids)].filter(spells),
    filters: { operators: capabilities.filter, spells },
  };
}
