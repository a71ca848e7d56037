export { Problem } from '@vsm/emulator-faults';

export function printProblem({ status, message }: { readonly status: number; readonly message: string }): string {
  return JSON.stringify({ error: message, status });
}
