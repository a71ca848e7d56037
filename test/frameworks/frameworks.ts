/** What is asked of an application. */
export interface Request {
  readonly application: string;
  readonly verb: string;
  readonly name?: string;
  /** Whether the application makes its collection, rather than open one. */
  readonly make?: boolean;
  readonly arguments?: readonly unknown[];
}

/** Applications that run, in whatever language their framework is written. */
export interface Frameworks {
  ask<Result>(request: Request): Promise<Result>;
  stop(): void | Promise<void>;
}
