/** What a token may do. */
export interface Key {
  readonly tenant: string;
  /** Names, or `*` for all of the tenant. */
  readonly databases: readonly string[];
  /** Whether it may list the databases of its tenant. */
  readonly lists: boolean;
}

export interface ChromaCloudOptions {
  /** A running Chroma server. */
  readonly server: string;
  /** By token, as sent in `X-Chroma-Token`. All of them are for reading alone. */
  readonly keys: Readonly<Record<string, Key>>;
  /** Most records that a read may ask for. */
  readonly readQuota: number;
}
