export { Problem } from '@vsm/emulator-faults';

const CODES: Readonly<Record<number, { readonly grpc: number; readonly word: string }>> = {
  400: { grpc: 3, word: 'INVALID_ARGUMENT' },
  401: { grpc: 16, word: 'UNAUTHENTICATED' },
  402: { grpc: 9, word: 'PAYMENT_REQUIRED' },
  403: { grpc: 7, word: 'FORBIDDEN' },
  404: { grpc: 5, word: 'NOT_FOUND' },
  409: { grpc: 6, word: 'ALREADY_EXISTS' },
  412: { grpc: 9, word: 'FAILED_PRECONDITION' },
  422: { grpc: 3, word: 'UNPROCESSABLE_ENTITY' },
  429: { grpc: 8, word: 'RESOURCE_EXHAUSTED' },
  503: { grpc: 14, word: 'UNAVAILABLE' },
};

/** The control plane names its codes, the data plane numbers them as gRPC does; a missing key is plain text in both. */
export function printProblem(
  { status, message }: { readonly status: number; readonly message: string },
  plane: 'control' | 'data',
): { readonly type: string; readonly body: string } {
  if (status === 401 || status === 414) return { type: 'text/plain; charset=utf-8', body: message };
  const code = CODES[status] ?? { grpc: 2, word: 'UNKNOWN' };
  const body =
    plane === 'control'
      ? { error: { code: code.word, message }, status }
      : { code: code.grpc, message, details: [] as unknown[] };
  return { type: 'application/json', body: JSON.stringify(body) };
}
