export { Problem } from '@vsm/emulator-faults';

export function printProblem({ message }: { readonly message: string }): string {
  return JSON.stringify({ status: 'error', error: message });
}
