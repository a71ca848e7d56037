import { VsmError } from '@vsm/core/adapter';

/** Counts the tokens of a text, and cuts one after so many. */
export interface Tokenizer {
  /** Such as `cl100k_base`. */
  readonly name: string;
  /** Whether the model counts the same. */
  readonly exact: boolean;
  count(text: string): number;
  /** The text in pieces of at most so many tokens. */
  pieces(text: string, most: number): string[];
}

/** https://github.com/openai/tiktoken/blob/main/tiktoken/model.py */
const CL100K = /^text-embedding-(?:3-small|3-large|ada-002)$/;

/**
 * The tokenizer of the model, where it is public and js-tiktoken is installed; else one that takes three bytes for a token, which is more
 * tokens than most models count.
 */
export async function tokenizerOf(model: string): Promise<Tokenizer> {
  return (CL100K.test(model) ? await cl100k() : undefined) ?? BY_BYTES;
}

async function cl100k(): Promise<Tokenizer | undefined> {
  try {
    const [{ Tiktoken }, { default: ranks }] = await Promise.all([
      import('js-tiktoken/lite'),
      import('js-tiktoken/ranks/cl100k_base'),
    ]);
    const encoding = new Tiktoken(ranks);
    const encode = (text: string): number[] => encoding.encode(text, [], []);
    return {
      name: 'cl100k_base',
      exact: true,
      count: (text) => encode(text).length,
      pieces: (text, most) => pieces(text, most, (part) => encode(part).length),
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const BYTES_PER_TOKEN = 3;
const byBytes = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

const BY_BYTES: Tokenizer = {
  name: 'three bytes a token',
  exact: false,
  count: byBytes,
  pieces: (text, most) => pieces(text, most, byBytes),
};

/** Ends a piece at white space where there is some in its last half, and never inside a character. */
function pieces(text: string, most: number, count: (part: string) => number): string[] {
  if (most < 8) throw new VsmError('INVALID_OPTIONS', `A piece of ${most} tokens is too short to say anything.`);
  const found: string[] = [];
  let rest = text;
  while (count(rest) > most) {
    const end = longestStart(rest, most, count);
    const part = rest.slice(0, end);
    const space = part.search(/\s\S*$/);
    const piece = (space > end / 2 ? part.slice(0, space + 1) : part).toWellFormed();
    found.push(piece.trimEnd());
    rest = rest.slice(piece.length);
  }
  if (rest.trim() !== '') found.push(rest);
  return found;
}

/** Characters from the beginning that fit, by halving. */
function longestStart(text: string, most: number, count: (part: string) => number): number {
  let [low, high] = [1, Math.min(text.length, most * 16)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (count(text.slice(0, middle)) <= most) low = middle;
    else high = middle - 1;
  }
  const splits = low > 1 && /[\uD800-\uDBFF]$/.test(text.slice(0, low));
  return splits ? low - 1 : low;
}
