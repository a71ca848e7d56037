/** How a part of the server words what it refuses. */
type Shape = 'schema' | 'error' | 'code' | 'empty';

export class Problem extends Error {
  readonly status: number;
  readonly body: string;
  constructor(status: number, message: string, shape: Shape = 'error', code: number = status) {
    super(message);
    this.status = status;
    const error = [{ message }];
    const bodies: Readonly<Record<Shape, object | undefined>> = {
      schema: { allowed: null, error },
      error: { error },
      code: { code, message },
      empty: undefined,
    };
    const body = bodies[shape];
    this.body = body === undefined ? '' : `${JSON.stringify(body)}\n`;
  }
}

export const notFound = (): Problem => new Problem(404, '', 'empty');
