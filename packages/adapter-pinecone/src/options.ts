import { VsmError } from '@vsm/core/adapter';

export interface PineconeOptions {
  /** Default: the environment variable `PINECONE_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** Of the control plane. Default: the environment variable `PINECONE_CONTROLLER_HOST`, else `https://api.pinecone.io`. */
  readonly controllerHost?: string | undefined;
  /** Of one index, for a key that may not ask the control plane: every collection that is opened is this one. */
  readonly host?: string | undefined;
  /** Where new indexes are made, unless they are copies of one that says. Default: `aws`. */
  readonly cloud?: string | undefined;
  /** Default: `us-east-1`. */
  readonly region?: string | undefined;
  /** The metadata key that holds the text of a record, where it is a string; `false` leaves it in the metadata. Default: `text`. */
  readonly documentKey?: string | false | undefined;
  /** What the sparse vector beside a dense one is called, unless the index has it in its tags. Default: `sparse`. */
  readonly sparseName?: string | undefined;
  /** Reads and writes of records that are on their way at once. Default: 16. */
  readonly concurrency?: number | undefined;
  /** How long one request may take. Default: 60000. */
  readonly timeoutMs?: number | undefined;
  /** How long a new index may take to be ready. Default: 300000. */
  readonly readyTimeoutMs?: number | undefined;
  /** How long written records may take to be readable before `flush` gives up. Default: 120000. */
  readonly flushTimeoutMs?: number | undefined;
}

export interface Connection {
  readonly apiKey: string;
  readonly controllerHost: string | undefined;
  readonly host: string | undefined;
  readonly cloud: string;
  readonly region: string;
  readonly documentKey: string | false;
  readonly sparseName: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly readyTimeoutMs: number;
  readonly flushTimeoutMs: number;
  /** Without secrets. */
  readonly location: string;
}

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: PineconeOptions): Connection {
  const { documentKey = 'text', sparseName = 'sparse' } = options;
  const apiKey = options.apiKey ?? process.env['PINECONE_API_KEY'] ?? '';
  if (apiKey === '') throw invalid('it needs a key: set `apiKey` or PINECONE_API_KEY');
  if (documentKey === '') throw invalid('`documentKey` must not be empty; `false` turns it off');
  // The control plane keeps it in a tag.
  if (!/^[\x20-\x7e]{1,120}$/.test(sparseName))
    throw invalid('`sparseName` must be 1 to 120 printable ASCII characters');
  for (const name of ['concurrency', 'timeoutMs', 'readyTimeoutMs', 'flushTimeoutMs'] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= 1)) throw invalid(`\`${name}\` must be positive, but is ${value}`);
  }
  const controllerHost = readHost('controllerHost', options.controllerHost ?? process.env['PINECONE_CONTROLLER_HOST']);
  const host = readHost('host', options.host);
  return {
    apiKey,
    controllerHost,
    host,
    cloud: options.cloud ?? 'aws',
    region: options.region ?? 'us-east-1',
    documentKey,
    sparseName,
    concurrency: options.concurrency ?? 16,
    timeoutMs: options.timeoutMs ?? 60_000,
    readyTimeoutMs: options.readyTimeoutMs ?? 300_000,
    flushTimeoutMs: options.flushTimeoutMs ?? 120_000,
    location: host ?? controllerHost ?? 'https://api.pinecone.io',
  };
}

/** Like Pinecone's own clients, takes a host without a scheme for one over TLS. */
function readHost(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `https://${text}`);
  if (url === null) throw invalid(`\`${name}\` must be like https://my-index-abc123.svc.pinecone.io`);
  if (url.username !== '' || url.password !== '') throw invalid(`a key belongs into \`apiKey\`, not into \`${name}\``);
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

function invalid(what: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `pinecone: ${what}`, { adapter: 'pinecone' });
}
