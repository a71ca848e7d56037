/** An answer other than success. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function printProblem({ message }: { readonly message: string }): string {
  return JSON.stringify({ status: 'error', error: message });
}
