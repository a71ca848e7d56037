/** Throws where a write may not be sent any more. Called right before sending, where getting there takes time. */
export type SendGuard = () => void;

/** How the application writes to either store. */
export interface WriteActions<Result> {
  readonly source: (guard: SendGuard) => Promise<Result>;
  readonly target: (guard: SendGuard) => Promise<Result>;
  /**
   * Whether the client sends a request again by itself when it gets no answer. Then the marks of a write are kept until nothing of it can
   * land any more, some minutes. @default 'none'
   */
  readonly retries?: 'none' | 'client' | undefined;
}
