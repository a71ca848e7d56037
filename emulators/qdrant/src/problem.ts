/** An answer other than success. `text` is what the real server says; `instant` ones are refused before the clock starts. */
export class Problem extends Error {
  readonly status: number;
  readonly instant: boolean;
  constructor(status: number, text: string, instant = false) {
    super(text);
    this.status = status;
    this.instant = instant;
  }
}

export const formatError = (text: string): Problem => new Problem(400, `Format error in JSON body: ${text}`, true);
export const invalidBody = (text: string): Problem =>
  new Problem(422, `Validation error in JSON body: [${text}]`, true);
export const wrongInput = (text: string): Problem => new Problem(400, `Wrong input: ${text}`);
export const badRequest = (text: string): Problem => new Problem(400, `Bad request: ${text}`);
export const forbidden = (text: string): Problem => new Problem(403, `Forbidden: ${text}`);
export const notFound = (text: string): Problem => new Problem(404, `Not found: ${text}`);
