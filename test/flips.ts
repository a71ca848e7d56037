import { readFile, writeFile } from 'node:fs/promises';

/** Damages files in turn, one bit at a time, spread over the file and over the bits of a byte. What was damaged is whole again before the next. */
export async function* flippedBits(
  files: readonly string[],
  flips: number,
): AsyncGenerator<{ readonly file: string; readonly at: number }, void, undefined> {
  for (let flip = 0; flip < flips; flip += 1) {
    const file = files[flip % files.length] ?? '';
    const original = await readFile(file);
    const broken = Buffer.from(original);
    const at = Math.floor((flip / flips) * original.length);
    broken[at] = (broken[at] ?? 0) ^ (1 << (flip % 8));
    await writeFile(file, broken);
    try {
      yield { file, at };
    } finally {
      await writeFile(file, original);
    }
  }
}
