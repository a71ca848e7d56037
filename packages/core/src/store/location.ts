import { didYouMean } from '../suggest.ts';
import { VsmError } from '../errors.ts';

/** A location cut at its scheme, its query and its fragmentless path. */
export interface ParsedLocation {
  readonly scheme: string;
  /** What stands between the scheme and the query, percent-decoded only by those who know its parts. */
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** The same with each parameter as often as it was given. */
  readonly query: URLSearchParams;
}

/**
 * Reads `scheme:path?name=value`, and refuses parameters that the adapter does not know, so that a typo is not silently ignored.
 * @throws VsmError with code `INVALID_OPTIONS`
 */
export function parseLocation(location: string, knownParameters: readonly string[]): ParsedLocation {
  const match = /^([a-z][a-z0-9+.-]*):([^?]*)(?:\?(.*))?$/is.exec(location);
  if (match === null) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `"${location}" is not a location such as chroma://localhost:8000/docs or file:./docs.parquet`,
    );
  }
  const [, scheme = '', path = '', search = ''] = match;
  const query = new URLSearchParams(search);
  const parameters = new Map(query);
  for (const name of parameters.keys()) {
    if (knownParameters.includes(name)) continue;
    const hint = didYouMean(name, knownParameters, `Known: ${knownParameters.join(', ') || 'none'}.`);
    throw new VsmError('INVALID_OPTIONS', `A ${scheme}: location has no parameter "${name}". ${hint}`);
  }
  return { scheme: scheme.toLowerCase(), path, parameters, query };
}
