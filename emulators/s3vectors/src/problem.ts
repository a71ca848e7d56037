/** An answer other than success, by the name that the service gives it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: string;
  readonly path: string | undefined;
  constructor(type: keyof typeof STATUSES, message: string, path?: string) {
    super(message);
    this.type = type;
    this.path = path;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_S3_Vectors.html */
const STATUSES = {
  ValidationException: 400,
  AccessDeniedException: 403,
  NotFoundException: 404,
  ConflictException: 409,
  TooManyRequestsException: 429,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
} as const;

export function invalid(path: string, message: string): Problem {
  return new Problem('ValidationException', message, path);
}

export function statusOf({ type }: Problem): number {
  return STATUSES[type as keyof typeof STATUSES];
}

export function typeOf(status: number): string {
  return Object.entries(STATUSES).find(([, one]) => one === status)?.[0] ?? 'InternalServerException';
}

export function printProblem(type: string, message: string, path?: string): string {
  const fields = path === undefined ? {} : { fieldList: [{ path, message }] };
  return JSON.stringify({ __type: type, message, ...fields });
}
