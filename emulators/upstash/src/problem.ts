/** An answer other than success. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function printProblem({ status, message }: { readonly status: number; readonly message: string }): string {
  return JSON.stringify({ error: message, status });
}
