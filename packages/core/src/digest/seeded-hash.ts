const seeds = crypto.getRandomValues(new Uint32Array(2));
const [firstSeed = 0, secondSeed = 0] = seeds;

const FINAL_ROUNDS = 3;

/** 64 bits of one text or several. */
export interface Hash64 {
  high: number;
  low: number;
}

/**
 * Writes 64 bits of a namespace and an id into `into`, other ones in every process, so that nobody can choose ids of one hash:
 * HalfSipHash-1-3 of the lengths and the UTF-16 of both. Half of what SHA-1 takes, which needs the texts put together and a call out
 * of JavaScript; for what one process remembers, never for what is written down.
 */
export function seededHash(namespace: string, id: string, into: Hash64): void {
  let v0 = firstSeed | 0;
  let v1 = secondSeed ^ 0xee;
  let v2 = firstSeed ^ 0x6c796765;
  let v3 = secondSeed ^ 0x74656462;
  const before = wordsOf(namespace);
  const words = before + wordsOf(id);
  // The round stands once, with its state in variables of one function: it is all that a hash of an id consists of.
  for (let step = 0; step < words + 2 * FINAL_ROUNDS; step += 1) {
    let word = 0;
    if (step < words) word = step < before ? wordAt(namespace, step) : wordAt(id, step - before);
    else if (step === words) v2 ^= 0xee;
    else if (step === words + FINAL_ROUNDS) {
      into.high = (v1 ^ v3) >>> 0;
      v1 ^= 0xdd;
    }
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  into.low = (v1 ^ v3) >>> 0;
}

/** Its length, and two characters in each of the others. */
function wordsOf(text: string): number {
  return 1 + ((text.length + 1) >> 1);
}

function wordAt(text: string, index: number): number {
  if (index === 0) return text.length;
  const at = 2 * index - 2;
  return text.charCodeAt(at) | (at + 1 < text.length ? text.charCodeAt(at + 1) << 16 : 0);
}
